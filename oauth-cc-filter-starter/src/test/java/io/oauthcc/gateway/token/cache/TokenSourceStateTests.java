package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenVerifier;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.JwtVerification;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenActivity;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenEvent;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import io.oauthcc.gateway.token.TokenTally;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * What a {@link CachingAccessTokenSource} says of itself, and what it does with a store.
 */
class TokenSourceStateTests {

	private static final ClientCredentials CONFIGURED = ClientCredentials.of("hush-id", "hush-secret");

	private static final ClientCredentials CALLER = ClientCredentials.ofCaller("hush-id", "hush-secret",
			"Basic hush-header");

	private static final StoreSettings STORE = new StoreSettings("", "hush-store-secret", List.of(),
			Duration.ofSeconds(2), Duration.ofSeconds(3),
			new RedisSettings(true, List.of(), false, null, null, null, 0, null, Duration.ofMillis(250)));

	private final MutableClock clock = new MutableClock();

	private final TokenKeyGenerator keys = new TokenKeyGenerator();

	private final AccessTokenRequest plain = this.keys.requestsOf(TestGrants.grant().build()).with(CONFIGURED);

	private final AccessTokenRequest stored = this.keys
		.requestsOf(TestGrants.grant().store(STORE).scopes("shared").build())
		.with(CONFIGURED);

	private final TokenActivities activities = new TokenActivities();

	private final TokenActivity activity = this.activities.of("orders");

	private final TokenStores stores = mock();

	private final TokenStore store = mock();

	private final AccessTokenVerifier verifier = mock();

	private final List<Mono<AccessToken>> answers = new ArrayList<>();

	private final List<ClientCredentialsGrant> prepared = new ArrayList<>();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final CachingAccessTokenSource source = source();

	private CachingAccessTokenSource source() {
		given(this.stores.of(STORE)).willReturn(this.store);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
		return new CachingAccessTokenSource(new Endpoints(), this.verifier, this.stores, this.clock, 2, this.activities,
				registry);
	}

	@BeforeEach
	void nothingInStore() {
		given(this.store.find(any(), any())).willReturn(Mono.empty());
		given(this.store.fetchOnce(any(), any(), any())).willAnswer((call) -> call.getArgument(2));
		given(this.verifier.verify(any(), any(), any())).willReturn(Mono.empty());
	}

	@Test
	void countsWhenTokenIsObtainedThenFoundInMemory() {
		answer(token("a"));
		get(this.plain);
		assertThat(this.activity.countOf(TokenEvent.OBTAINED)).isOne();
		assertThat(this.activity.countOf(TokenEvent.FOUND_IN_MEMORY)).isZero();
		assertThat(this.activity.lastSuccess()).isEqualTo(this.clock.instant());
		assertThat(sourceOfLast()).isEqualTo("endpoint");
		get(this.plain);
		assertThat(this.activity.countOf(TokenEvent.FOUND_IN_MEMORY)).isOne();
	}

	@Test
	void countsWhenWaitedForThenSaidSo() {
		Sinks.One<AccessToken> answer = Sinks.one();
		this.answers.add(answer.asMono());
		CompletableFuture<AccessToken> one = this.source.getToken(this.plain, Admission.FREE).toFuture();
		CompletableFuture<AccessToken> two = this.source.getToken(this.plain, Admission.FREE).toFuture();
		assertThat(this.activity.inFlight()).isOne();
		answer.tryEmitValue(token("a")).orThrow();
		assertThat(one).isCompleted();
		assertThat(two).isCompleted();
		assertThat(this.activity.inFlight()).isZero();
		assertThat(this.activity.countOf(TokenEvent.OBTAINED)).isOne();
		assertThat(this.activity.countOf(TokenEvent.WAITED_FOR)).isOne();
	}

	@Test
	void countsWhenRefusedThenRemembered() {
		fail(AccessTokenFailure.CLIENT_REFUSED);
		getFails(this.plain);
		getFails(this.plain);
		assertThat(this.activity.countOf(TokenEvent.NOT_OBTAINED)).isEqualTo(2);
		assertThat(this.activity.countOf(TokenEvent.REFUSAL_REMEMBERED)).isOne();
		assertThat(this.activity.isFailing()).isTrue();
		assertThat(this.meters.getMetersAsString()).contains("client_refused");
	}

	@Test
	void failureWhenCallersOwnFaultThenNoneOfTheGrants() {
		AccessTokenRequest caller = this.keys.requestsOf(TestGrants.grant().build()).with(CALLER);
		fail(AccessTokenFailure.CLIENT_REFUSED);
		getFails(caller);
		assertThat(this.activity.lastFailure()).isNull();
	}

	@Test
	void countsWhenTurnedAwayThenSaidSo() {
		AccessTokenRequest caller = this.keys.requestsOf(TestGrants.grant().build()).with(CALLER);
		StepVerifier.create(this.source.getToken(caller, new Closed()))
			.expectError(AccessTokenException.class)
			.verify(Duration.ofSeconds(10));
		assertThat(this.activity.countOf(TokenEvent.ATTEMPT_LIMITED)).isOne();
	}

	@Test
	void countsWhenRenewedOrNotThenSaidSo() {
		AccessTokenRequest renewable = this.keys.requestsOf(TestGrants.grant().refreshAhead().build()).with(CONFIGURED);
		answer(token("a"));
		get(renewable);
		fail(AccessTokenFailure.TIMEOUT);
		this.clock.advance(Duration.ofMinutes(54));
		assertThat(get(renewable)).isEqualTo("a");
		assertThat(this.activity.countOf(TokenEvent.NOT_RENEWED)).isOne();
		assertThat(this.activity.countOf(TokenEvent.RENEWED)).isZero();
		this.answers.clear();
		answer(token("b"));
		this.clock.advance(Duration.ofMinutes(2));
		assertThat(get(renewable)).isEqualTo("a");
		assertThat(get(renewable)).isEqualTo("b");
		assertThat(this.activity.countOf(TokenEvent.RENEWED)).isOne();
	}

	@Test
	void prepareThenAllWhoTakePart() {
		this.source.prepare(this.plain.grant());
		verify(this.store, never()).prepare(any());
		this.source.prepare(this.stored.grant());
		assertThat(this.prepared).containsExactly(this.plain.grant(), this.stored.grant());
		verify(this.verifier).prepare(this.stored.grant());
		verify(this.store).prepare(this.stored.grant());
	}

	@Test
	void tokenWhenInStoreThenKeptAndSaidSo() {
		AccessToken theirs = token("theirs");
		given(this.store.find(this.stored, null)).willReturn(Mono.just(theirs));
		assertThat(get(this.stored)).isEqualTo("theirs");
		assertThat(this.source.peek(this.stored)).isSameAs(theirs);
		assertThat(this.activity.countOf(TokenEvent.FOUND_IN_STORE)).isOne();
		assertThat(sourceOfLast()).isEqualTo("store");
		verify(this.store, never()).fetchOnce(any(), any(), any());
	}

	@Test
	void tokenWhenAnotherGatewayObtainsItThenSaidSo() {
		given(this.store.fetchOnce(any(), any(), any())).willReturn(Mono.just(token("theirs")));
		this.answers.add(Mono.error(new AssertionError("Asked")));
		assertThat(get(this.stored)).isEqualTo("theirs");
		assertThat(this.activity.countOf(TokenEvent.FOUND_IN_STORE)).isOne();
		assertThat(this.activity.countOf(TokenEvent.OBTAINED)).isZero();
	}

	@Test
	void tokenWhenInStoreButDroppedElsewhereMeanwhileThenAnother() {
		Sinks.One<AccessToken> found = Sinks.one();
		given(this.store.find(this.stored, null)).willReturn(found.asMono());
		answer(token("ours"));
		CompletableFuture<AccessToken> waiting = this.source.getToken(this.stored, Admission.FREE).toFuture();
		listener().evicted(this.stored.key(), (token) -> token.value().equals("theirs"));
		found.tryEmitValue(token("theirs")).orThrow();
		assertThat(waiting.thenApply(AccessToken::value)).isCompletedWithValue("ours");
	}

	@Test
	void tokenWhenInStoreAndKeysCannotBeHadThenFailureIsRemembered() {
		AccessTokenRequest verified = this.keys
			.requestsOf(TestGrants.grant()
				.store(STORE)
				.jwtVerification(new JwtVerification(null, "https://idp.example", List.of(), Duration.ZERO))
				.build())
			.with(CONFIGURED);
		given(this.store.find(verified, null)).willReturn(Mono.just(token("theirs")));
		given(this.verifier.verify(any(), any(), any()))
			.willReturn(Mono.error(new AccessTokenException(AccessTokenFailure.UNVERIFIABLE, "no")));
		getFails(verified);
		getFails(verified);
		assertThat(this.activity.countOf(TokenEvent.REFUSAL_REMEMBERED)).isOne();
	}

	@Test
	void dropWhenInStoreThenGoneThereToo() {
		AccessToken token = token("a");
		answer(token);
		get(this.stored);
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.source.drop(this.stored, token)).isTrue();
		verify(this.store).evict(this.stored, token);
		assertThat(this.source.peek(this.stored)).isNull();
		// Others who had it in use come later.
		assertThat(this.source.drop(this.stored, token)).isTrue();
		verify(this.store, times(1)).evict(any(), any());
	}

	@Test
	void dropWhenReadFromStoreAgainThenGoneAsWell() {
		given(this.store.find(this.stored, null)).willReturn(Mono.just(token("a")));
		get(this.stored);
		AccessToken sameAsAnotherCallHasIt = token("a");
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.source.drop(this.stored, sameAsAnotherCallHasIt)).isTrue();
		assertThat(this.source.peek(this.stored)).isNull();
	}

	@Test
	void dropWhenEndpointIssuedTheSameAgainThenNotAskedForEachRefusal() {
		AccessToken refused = token("a");
		answer(refused);
		get(this.plain);
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.source.drop(this.plain, refused)).isTrue();
		answer(token("a"));
		get(this.plain);
		assertThat(this.source.drop(this.plain, refused)).isFalse();
		assertThat(this.source.peek(this.plain)).isNotNull();
	}

	@Test
	void renewalWhenDroppedElsewhereMeanwhileThenTriedAgain() {
		AccessTokenRequest renewable = this.keys.requestsOf(TestGrants.grant().store(STORE).refreshAhead().build())
			.with(CONFIGURED);
		answer(token("a"));
		get(renewable);
		Sinks.One<AccessToken> second = Sinks.one();
		this.answers.add(second.asMono());
		this.clock.advance(Duration.ofMinutes(54));
		assertThat(get(renewable)).isEqualTo("a");
		listener().evicted(renewable.key(), (token) -> token.value().equals("b"));
		second.tryEmitValue(token("b")).orThrow();
		answer(token("c"));
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(get(renewable)).isEqualTo("a");
		assertThat(get(renewable)).isEqualTo("c");
	}

	@Test
	void renewalWhenThatInStoreDoesNotPassThenNotTakenUnderLease() {
		AccessTokenRequest verified = this.keys
			.requestsOf(TestGrants.grant()
				.store(STORE)
				.refreshAhead()
				.jwtVerification(new JwtVerification(null, "https://idp.example", List.of(), Duration.ZERO))
				.build())
			.with(CONFIGURED);
		answer(token("a"));
		get(verified);
		this.clock.advance(Duration.ofMinutes(54));
		AccessToken theirs = token("theirs");
		given(this.store.find(any(), any())).willReturn(Mono.just(theirs));
		given(this.verifier.verify(eq(theirs), any(), any()))
			.willReturn(Mono.error(new AccessTokenException(AccessTokenFailure.UNVERIFIED, "no")));
		get(verified);
		verify(this.store).fetchOnce(eq(verified), eq(theirs), any());
	}

	@Test
	void dropWhenNoStoreThenGoneFromMemory() {
		AccessToken token = token("a");
		answer(token);
		get(this.plain);
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.source.drop(this.plain, token)).isTrue();
		assertThat(this.source.peek(this.plain)).isNull();
		assertThat(this.source.drop(this.plain, token)).isTrue();
		verify(this.store, never()).evict(any(), any());
	}

	@Test
	void dropAllThenFromMemoryAndStore() {
		answer(token("a"));
		get(this.plain);
		get(this.stored);
		this.source.dropAll(this.plain.grant(), this.plain.family());
		assertThat(this.source.peek(this.plain)).isNull();
		verify(this.store, never()).evictAll(any());
		assertThat(this.source.peek(this.stored)).isNotNull();
		this.source.dropAll(this.stored.grant(), this.stored.family());
		verify(this.store).evictAll(this.stored.grant());
		assertThat(this.source.peek(this.stored)).isNull();
	}

	@Test
	void evictedWhenToldByAnotherGatewayThenThatTokenAlone() {
		answer(token("a"));
		get(this.stored);
		listener().evicted(this.stored.key(), (token) -> token.value().equals("b"));
		assertThat(this.source.peek(this.stored)).isNotNull();
		listener().evicted(this.stored.key(), (token) -> token.value().equals("a"));
		assertThat(this.source.peek(this.stored)).isNull();
	}

	@Test
	void evictedWhenToldByAnotherGatewayThenStoreIsAskedForLaterOne() {
		AccessToken token = token("a");
		answer(token);
		get(this.stored);
		listener().evicted(this.stored.key(), (any) -> true);
		get(this.stored);
		verify(this.store).find(this.stored, token);
	}

	@Test
	void evictedAllWhenToldByAnotherGatewayThenOfThatGrant() {
		answer(token("a"));
		get(this.stored);
		get(this.plain);
		listener().evictedAll(this.stored.family());
		assertThat(this.source.peek(this.stored)).isNull();
		assertThat(this.source.peek(this.plain)).isNotNull();
	}

	@Test
	void storeWhenThereIsNoneThenNotAvailable() {
		assertThat(this.source.isStoreAvailable(this.plain.grant())).isFalse();
		assertThat(this.source.isStoreAvailable(this.stored.grant())).isFalse();
		given(this.store.isAvailable()).willReturn(true);
		assertThat(this.source.isStoreAvailable(this.stored.grant())).isTrue();
		assertThat(this.source.isStoreAvailable(this.plain.grant())).isFalse();
	}

	@Test
	void tallyThenTokensAndRefusalsOfEachGrant() {
		AccessTokenRequest other = this.keys.requestsOf(TestGrants.grant().build())
			.with(ClientCredentials.of("hush-other", "hush"));
		assertThat(this.source.tally()).isEmpty();
		assertThat(this.source.size()).isZero();
		AccessToken token = token("a");
		answer(token);
		get(this.plain);
		this.answers.clear();
		answer(token("b", Duration.ofMinutes(1)));
		get(other);
		this.answers.clear();
		fail(AccessTokenFailure.CLIENT_REFUSED);
		getFails(this.keys.requestsOf(TestGrants.grant().build()).with(ClientCredentials.of("hush-no", "hush")));
		getFails(this.keys.requestsOf(TestGrants.grant().build()).with(ClientCredentials.of("hush-no-2", "hush")));
		Map<TokenKey, TokenTally> tally = this.source.tally();
		assertThat(tally).hasSize(1)
			.containsEntry(this.plain.family(), new TokenTally(2, 2, this.clock.instant().plusSeconds(60)));
		assertThat(this.source.size()).isEqualTo(2);
		assertThat(this.source.pushedOut()).isZero();
	}

	@Test
	void pushedOutWhenThereIsNoRoomThenCounted() {
		answer(token("a"));
		for (int i = 0; i < 20; i++) {
			get(this.keys.requestsOf(TestGrants.grant().scopes("s" + i).build()).with(CONFIGURED));
		}
		assertThat(this.source.pushedOut()).isEqualTo(18);
	}

	@Test
	void stateThenTheEndpoints() {
		assertThat(this.source.stateOf(this.plain.grant())).isEqualTo(EndpointState.HALF_OPEN);
	}

	@Test
	void stopWhenUnderWayThenEndsItAndGoesOn() {
		this.answers.add(Mono.never());
		CompletableFuture<AccessToken> waiting = this.source.getToken(this.plain, Admission.FREE).toFuture();
		this.source.stop();
		assertThat(waiting).isCompletedExceptionally();
		this.answers.clear();
		answer(token("a"));
		assertThat(get(this.plain)).isEqualTo("a");
	}

	@Test
	void destroyThenEverythingIsForgotten() {
		answer(token("a"));
		get(this.plain);
		this.answers.clear();
		fail(AccessTokenFailure.CLIENT_REFUSED);
		getFails(this.stored);
		this.source.destroy();
		assertThat(this.source.tally()).isEmpty();
		assertThat(this.source.size()).isZero();
		getFails(this.plain);
		assertThat(this.activity.countOf(TokenEvent.REFUSAL_REMEMBERED)).isZero();
	}

	@Test
	void callWhenNobodyWaitsThenCancelled() {
		this.answers.add(Mono.never());
		this.source.getToken(this.plain, Admission.FREE).subscribe().dispose();
		assertThat(this.meters.getMetersAsString()).contains("cancelled");
		assertThat(this.meters.getMetersAsString()).doesNotContain("hush");
	}

	private String sourceOfLast() {
		return this.meters.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getType() == Meter.Type.TIMER)
			.map((id) -> String.valueOf(id.getTag("source")))
			.findFirst()
			.orElseThrow();
	}

	private TokenStores.EvictionListener listener() {
		ArgumentCaptor<TokenStores.EvictionListener> listener = ArgumentCaptor
			.forClass(TokenStores.EvictionListener.class);
		verify(this.stores).onEviction(listener.capture());
		return listener.getValue();
	}

	private String get(AccessTokenRequest request) {
		return Objects.requireNonNull(this.source.getToken(request, Admission.FREE).block(Duration.ofSeconds(10)))
			.value();
	}

	private void getFails(AccessTokenRequest request) {
		StepVerifier.create(this.source.getToken(request, Admission.FREE))
			.expectError(AccessTokenException.class)
			.verify(Duration.ofSeconds(10));
	}

	private void answer(AccessToken token) {
		this.answers.add(Mono.just(token));
	}

	private void fail(AccessTokenFailure failure) {
		this.answers.clear();
		this.answers.add(Mono.error(new AccessTokenException(failure, "no")));
	}

	private AccessToken token(String value) {
		return token(value, Duration.ofHours(1));
	}

	private AccessToken token(String value, Duration lifetime) {
		Instant now = this.clock.instant();
		return TestGrants.CACHE_POLICY.accept(value, null, now, now.plus(lifetime));
	}

	/** Gives the last answer again and again. */
	private final class Endpoints implements TokenEndpoints {

		@Override
		public Mono<AccessToken> ask(AccessTokenRequest request, Standing standing, Instant deadline) {
			return TokenSourceStateTests.this.answers.get(TokenSourceStateTests.this.answers.size() - 1);
		}

		@Override
		public void prepare(ClientCredentialsGrant grant) {
			TokenSourceStateTests.this.prepared.add(grant);
		}

		@Override
		public EndpointState stateOf(ClientCredentialsGrant grant) {
			return EndpointState.HALF_OPEN;
		}

	}

	/** Nobody gets in. */
	private static final class Closed implements Admission {

		@Override
		public @Nullable AccessTokenException tryEnter() {
			return new AccessTokenException(AccessTokenFailure.TOO_MANY_ATTEMPTS, "no");
		}

		@Override
		public void leave(boolean refused) {
			throw new AssertionError("Was not in");
		}

	}

}
