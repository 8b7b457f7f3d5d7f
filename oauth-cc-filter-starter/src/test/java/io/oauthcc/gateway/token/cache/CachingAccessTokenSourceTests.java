package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.AccessTokenVerifier;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.JwtVerification;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.ContextView;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link CachingAccessTokenSource}.
 */
class CachingAccessTokenSourceTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final ClientCredentials CONFIGURED = ClientCredentials.of("hush-id", "hush-secret");

	private static final ClientCredentials CALLER = ClientCredentials.ofCaller("hush-id", "hush-secret",
			"Basic hush-header");

	private static final StoreSettings STORE = new StoreSettings("", "hush-store-secret", List.of(),
			Duration.ofSeconds(2), Duration.ofSeconds(3),
			new RedisSettings(true, List.of(), false, null, null, null, 0, null, Duration.ofMillis(250)));

	/** No other grant asks for it. */
	private static final AccessTokenVerifier UNASKED = (token, grant, deadline) -> Mono.error(new AssertionError());

	private final MutableClock clock = new MutableClock();

	private final AtomicInteger sent = new AtomicInteger();

	private final TokenKeyGenerator keys = new TokenKeyGenerator();

	private final AccessTokenRequest request = request(CONFIGURED);

	private final AccessTokenRequest renewable = this.keys.requestsOf(TestGrants.grant().refreshAhead().build())
		.with(CONFIGURED);

	private final List<Standing> standings = new CopyOnWriteArrayList<>();

	private final Sinks.One<AccessTokenResponse> answer = Sinks.one();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(TokenRequestLog.class);

	private final ExecutorService threads = Executors.newFixedThreadPool(8);

	@BeforeEach
	void start() {
		this.log.start();
		this.logger.addAppender(this.log);
		this.logger.setLevel(Level.DEBUG);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
		this.threads.shutdownNow();
	}

	@Test
	void getTokenWhenColdAndManyThenOneRequestForAll() throws Exception {
		CachingAccessTokenSource source = source((request) -> this.answer.asMono());
		BlockingQueue<CompletableFuture<AccessToken>> joined = new LinkedBlockingQueue<>();
		for (int count = 0; count < 500; count++) {
			this.threads.execute(() -> joined.add(source.getToken(this.request, Admission.FREE).toFuture()));
		}
		List<CompletableFuture<AccessToken>> waiters = new ArrayList<>();
		for (int count = 0; count < 500; count++) {
			waiters.add(Objects.requireNonNull(joined.poll(10, TimeUnit.SECONDS)));
		}
		this.answer.tryEmitValue(token("a", 60)).orThrow();
		for (CompletableFuture<AccessToken> waiter : waiters) {
			assertThat(waiter.get(10, TimeUnit.SECONDS).value()).isEqualTo("a");
		}
		assertThat(this.sent).hasValue(1);
	}

	@Test
	void getTokenWhenHalfCancelsThenOthersStillGetIt() throws Exception {
		CachingAccessTokenSource source = source((request) -> this.answer.asMono());
		List<CompletableFuture<AccessToken>> waiters = new ArrayList<>();
		for (int count = 0; count < 500; count++) {
			waiters.add(source.getToken(this.request, Admission.FREE).toFuture());
		}
		for (int count = 0; count < 500; count += 2) {
			assertThat(waiters.get(count).cancel(false)).isTrue();
		}
		this.answer.tryEmitValue(token("a", 60)).orThrow();
		for (int count = 1; count < 500; count += 2) {
			assertThat(waiters.get(count).get(10, TimeUnit.SECONDS).value()).isEqualTo("a");
		}
		assertThat(this.sent).hasValue(1);
	}

	@Test
	void getTokenWhenAllCancelThenTokenIsKeptForTheNext() {
		CachingAccessTokenSource source = source((request) -> this.answer.asMono());
		source.getToken(this.request, Admission.FREE).subscribe().dispose();
		assertThat(this.answer.currentSubscriberCount()).isEqualTo(1);
		this.answer.tryEmitValue(token("a", 60)).orThrow();
		assertToken(source, "a");
		assertThat(this.sent).hasValue(1);
	}

	@Test
	void getTokenWhenCallerHasContextThenClientSeesNone() {
		AtomicReference<ContextView> seen = new AtomicReference<>();
		CachingAccessTokenSource source = source((request) -> Mono.deferContextual((context) -> {
			seen.set(context);
			return Mono.just(token("a", 60));
		}));
		StepVerifier
			.create(source.getToken(this.request, Admission.FREE).contextWrite((context) -> context.put("caller", "a")))
			.expectNextCount(1)
			.expectComplete()
			.verify(LIMIT);
		assertThat(seen).hasValueMatching(ContextView::isEmpty);
	}

	@Test
	void getTokenWhenWarmThenFromMemoryUntilUsableNoLonger() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("t" + this.sent.get(), 60)));
		assertToken(source, "t1");
		this.clock.advance(Duration.ofSeconds(54).minusMillis(1));
		assertToken(source, "t1");
		this.clock.advance(Duration.ofMillis(1));
		assertToken(source, "t2");
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void getTokenWhenInUseThenRenewedAheadAndNobodyWaits() {
		CachingAccessTokenSource source = source(
				(request) -> (this.sent.get() == 1) ? Mono.just(token("a", 60)) : this.answer.asMono());
		assertRenewable(source, "a");
		this.clock.advance(Duration.ofSeconds(50));
		for (int count = 0; count < 100; count++) {
			assertRenewable(source, "a");
		}
		assertThat(this.sent).hasValue(2);
		this.answer.tryEmitValue(token("b", 60)).orThrow();
		assertRenewable(source, "b");
		this.clock.advance(Duration.ofSeconds(5));
		assertRenewable(source, "b");
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void getTokenWhenUnusedThenExpiresAndIsNotRenewed() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("t" + this.sent.get(), 60)));
		assertRenewable(source, "t1");
		this.clock.advance(Duration.ofMinutes(10));
		assertThat(this.sent).hasValue(1);
		assertRenewable(source, "t2");
	}

	@Test
	void getTokenWhenRenewalFailsThenServedUntilUnusable() {
		CachingAccessTokenSource source = source((request) -> (this.sent.get() == 1) ? Mono.just(token("a", 60))
				: Mono.error(new AccessTokenException(AccessTokenFailure.UNREACHABLE, "no")));
		assertRenewable(source, "a");
		this.clock.advance(Duration.ofSeconds(50));
		for (int millis = 0; millis < 4000; millis += 10) {
			assertRenewable(source, "a");
			this.clock.advance(Duration.ofMillis(10));
		}
		assertThat(this.sent.get()).isBetween(3, 12);
		StepVerifier.create(source.getToken(this.renewable, Admission.FREE))
			.expectError(AccessTokenException.class)
			.verify(LIMIT);
	}

	@Test
	void getTokenWhenExpiredDuringRenewalThenWaitsForThatOne() {
		CachingAccessTokenSource source = source(
				(request) -> (this.sent.get() == 1) ? Mono.just(token("a", 60)) : this.answer.asMono());
		assertRenewable(source, "a");
		this.clock.advance(Duration.ofSeconds(53));
		assertRenewable(source, "a");
		this.clock.advance(Duration.ofSeconds(1));
		CompletableFuture<AccessToken> waiter = source.getToken(this.renewable, Admission.FREE).toFuture();
		assertThat(waiter).isNotDone();
		this.answer.tryEmitValue(token("b", 60)).orThrow();
		assertThat(waiter.join().value()).isEqualTo("b");
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void getTokenWhenAnswerTakesLongThenLifetimeCountsFromTheRequest() {
		CachingAccessTokenSource source = source((request) -> this.answer.asMono());
		AtomicReference<AccessToken> obtained = new AtomicReference<>();
		source.getToken(this.request, Admission.FREE).subscribe(obtained::set);
		this.clock.advance(Duration.ofSeconds(10));
		this.answer.tryEmitValue(token("a", 60)).orThrow();
		assertThat(obtained).hasValueSatisfying((token) -> {
			assertThat(token.issuedAt()).isEqualTo(MutableClock.START);
			assertThat(token.expiresAt()).isEqualTo(MutableClock.START.plusSeconds(60));
		});
	}

	@Test
	void getTokenWhenLifetimeIsZeroThenServesAllWaitersAndIsNotKept() {
		CachingAccessTokenSource source = source((request) -> this.answer.asMono());
		List<AccessToken> obtained = new ArrayList<>();
		for (int count = 0; count < 3; count++) {
			source.getToken(this.request, Admission.FREE).subscribe(obtained::add);
		}
		this.answer.tryEmitValue(token("a", 0)).orThrow();
		assertThat(obtained).hasSize(3).allSatisfy((token) -> assertThat(token.value()).isEqualTo("a"));
		assertThat(this.sent).hasValue(1);
		assertToken(source, "a");
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void getTokenWhenOtherKeyThenAsksForIt() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("t" + this.sent.get(), 60)));
		assertToken(source, "t1");
		StepVerifier.create(source.getToken(request(ClientCredentials.of("hush-id", "other")), Admission.FREE))
			.assertNext((token) -> assertThat(token.value()).isEqualTo("t2"))
			.expectComplete()
			.verify(LIMIT);
	}

	@Test
	void getTokenWhenFailsThenAllFailAndNothingIsKept() {
		Sinks.One<AccessTokenResponse> failing = Sinks.one();
		CachingAccessTokenSource source = source(
				(request) -> (this.sent.get() == 1) ? failing.asMono() : Mono.just(token("b", 60)));
		List<Throwable> seen = new ArrayList<>();
		for (int count = 0; count < 500; count++) {
			source.getToken(this.request, Admission.FREE).subscribe((token) -> {
			}, seen::add);
		}
		AccessTokenException failure = new AccessTokenException(AccessTokenFailure.TIMEOUT, "too late");
		failing.tryEmitError(failure).orThrow();
		assertThat(seen).hasSize(500).allSatisfy((ex) -> assertThat(ex).isSameAs(failure));
		assertThat(this.log.list).hasSize(1);
		assertToken(source, "b");
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void getTokenWhenMoreKeysThanMaximumThenForgetsMost() {
		CachingAccessTokenSource source = new CachingAccessTokenSource(
				counting((request) -> Mono.just(token("a", 3600))), UNASKED, null, this.clock, 10,
				new TokenActivities(), ObservationRegistry.NOOP);
		for (int round = 0; round < 2; round++) {
			for (int number = 0; number < 1000; number++) {
				source.getToken(request(ClientCredentials.of("id" + number, "secret")), Admission.FREE).block(LIMIT);
			}
		}
		// The eviction runs behind, so not all but most are asked for twice.
		assertThat(this.sent).hasValueGreaterThan(1500);
	}

	@Test
	void getTokenWhenClientIsEmptyThenFails() {
		CachingAccessTokenSource source = source(
				(request) -> (this.sent.get() == 1) ? Mono.empty() : Mono.just(token("a", 60)));
		StepVerifier.create(source.getToken(this.request, Admission.FREE)).expectError().verify(LIMIT);
		assertToken(source, "a");
	}

	@Test
	void getTokenWhenClientThrowsThenFailsAndAsksAgain() {
		CachingAccessTokenSource source = source((request) -> {
			if (this.sent.get() == 1) {
				throw new IllegalArgumentException("no");
			}
			return Mono.just(token("a", 60));
		});
		StepVerifier.create(source.getToken(this.request, Admission.FREE))
			.expectError(IllegalArgumentException.class)
			.verify(LIMIT);
		assertToken(source, "a");
	}

	@Test
	void getTokenWhenFlightEndsWhileOthersJoinThenOneRequestEach() throws Exception {
		int parties = 4;
		CachingAccessTokenSource source = source((request) -> Mono.fromSupplier(() -> token("t" + this.sent.get(), 60))
			.publishOn(Schedulers.parallel()));
		CyclicBarrier barrier = new CyclicBarrier(parties, () -> this.clock.advance(Duration.ofMinutes(1)));
		int rounds = 2000;
		List<Future<List<String>>> results = new ArrayList<>();
		for (int party = 0; party < parties; party++) {
			results.add(this.threads.submit(() -> {
				List<String> values = new ArrayList<>();
				for (int round = 0; round < rounds; round++) {
					barrier.await(10, TimeUnit.SECONDS);
					values.add(
							source.getToken(this.request, Admission.FREE).toFuture().get(10, TimeUnit.SECONDS).value());
				}
				return values;
			}));
		}
		for (Future<List<String>> result : results) {
			assertThat(result.get(60, TimeUnit.SECONDS)).hasSize(rounds).doesNotHaveDuplicates();
		}
		assertThat(this.sent).hasValue(rounds);
	}

	@ParameterizedTest
	@EnumSource(AccessTokenFailure.class)
	void getTokenWhenFailedThenRememberedForAMomentIfRefused(AccessTokenFailure failure) {
		AccessTokenException refusal = new AccessTokenException(failure, "no");
		CachingAccessTokenSource source = source(
				(request) -> (this.sent.get() == 1) ? Mono.error(refusal) : Mono.just(token("a", 60)));
		StepVerifier.create(source.getToken(this.request, Admission.FREE)).expectError().verify(LIMIT);
		if (!failure.isLasting()) {
			assertToken(source, "a");
			return;
		}
		this.clock.advance(Duration.ofMillis(4999));
		StepVerifier.create(source.getToken(this.request, Admission.FREE))
			.expectErrorSatisfies((ex) -> assertThat(ex).isSameAs(refusal))
			.verify(LIMIT);
		assertThat(this.sent).hasValue(1);
		// Another secret is another request.
		source.getToken(request(ClientCredentials.of("hush-id", "other")), Admission.FREE).block(LIMIT);
		this.clock.advance(Duration.ofMillis(1));
		assertToken(source, "a");
		assertThat(this.sent).hasValue(3);
	}

	@Test
	void getTokenWhenRefusalIsNotToBeRememberedThenAsksAgain() {
		CachingAccessTokenSource source = source(
				(request) -> Mono.error(new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "no")));
		AccessTokenRequest request = this.keys.requestsOf(TestGrants.grant().refusalTtl(Duration.ZERO).build())
			.with(CONFIGURED);
		for (int count = 0; count < 3; count++) {
			StepVerifier.create(source.getToken(request, Admission.FREE)).expectError().verify(LIMIT);
		}
		assertThat(this.sent).hasValue(3);
	}

	@Test
	void getTokenWhenMuchGarbageIsRefusedThenTokensStay() {
		CachingAccessTokenSource source = source((request) -> request.credentials().clientId().startsWith("bad")
				? Mono.error(new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "no"))
				: Mono.just(token("a", 3600)));
		assertToken(source, "a");
		for (int number = 0; number < 50_000; number++) {
			StepVerifier
				.create(source.getToken(request(ClientCredentials.ofCaller("bad" + number, "x", "Basic x")),
						Admission.FREE))
				.expectError()
				.verify(LIMIT);
		}
		assertToken(source, "a");
		assertThat(this.sent).hasValue(50_001);
	}

	@Test
	void getTokenWhenCallerThenNewcomerUntilAccepted() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("a", 60)));
		source.getToken(request(CALLER), Admission.FREE).block(LIMIT);
		// Longer than its token lives, and whatever else it asks for.
		this.clock.advance(Duration.ofHours(10));
		source.getToken(request(CALLER), Admission.FREE).block(LIMIT);
		source
			.getToken(this.keys
				.requestsOf(
						TestGrants.grant().tokenUri("https://idp.example:8443/token?key=hush").scopes("other").build())
				.with(CALLER), Admission.FREE)
			.block(LIMIT);
		source.getToken(request(CONFIGURED), Admission.FREE).block(LIMIT);
		assertThat(this.standings).containsExactly(Standing.NEWCOMER, Standing.KNOWN, Standing.KNOWN, Standing.KNOWN);
	}

	@Test
	void getTokenWhenAcceptedSecretIsRefusedThenStillKnown() {
		CachingAccessTokenSource source = source((request) -> (this.sent.get() == 2)
				? Mono.error(new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "no"))
				: Mono.just(token("a", 60)));
		source.getToken(request(CALLER), Admission.FREE).block(LIMIT);
		this.clock.advance(Duration.ofMinutes(1));
		StepVerifier.create(source.getToken(request(CALLER), Admission.FREE)).expectError().verify(LIMIT);
		this.clock.advance(Duration.ofMinutes(1));
		source.getToken(request(CALLER), Admission.FREE).block(LIMIT);
		assertThat(this.standings).containsExactly(Standing.NEWCOMER, Standing.KNOWN, Standing.KNOWN);
	}

	@ParameterizedTest
	@EnumSource(AccessTokenFailure.class)
	void getTokenWhenNewcomerFailsThenAdmissionLearnsWhetherItWasRefused(AccessTokenFailure failure) {
		Sinks.One<AccessTokenResponse> failing = Sinks.one();
		CachingAccessTokenSource source = source((request) -> failing.asMono());
		Door door = new Door(null);
		// Gone before there is an answer: it counts all the same.
		source.getToken(request(CALLER), door).subscribe().dispose();
		assertThat(door.left).isEmpty();
		failing.tryEmitError(new AccessTokenException(failure, "no")).orThrow();
		assertThat(door.left).containsExactly(failure.isRefusal());
	}

	@Test
	void getTokenWhenNewcomerIsAcceptedOrStoppedThenAdmissionLearnsOfIt() {
		CachingAccessTokenSource source = source(
				(request) -> (this.sent.get() == 1) ? Mono.just(token("a", 60)) : Mono.never());
		Door door = new Door(null);
		source.getToken(request(CALLER), door).block(LIMIT);
		assertThat(door.left).containsExactly(false);
		source.getToken(request(ClientCredentials.ofCaller("other", "x", "Basic x")), door).subscribe((token) -> {
		}, (ex) -> {
		});
		source.destroy();
		assertThat(door.left).containsExactly(false, false);
	}

	@Test
	void getTokenWhenRenewalIsNotUsableThenTriedAgain() {
		CachingAccessTokenSource source = source(
				(request) -> Mono.just((this.sent.get() == 2) ? token("b", 0) : token("t" + this.sent.get(), 60)));
		assertRenewable(source, "t1");
		this.clock.advance(Duration.ofSeconds(49));
		assertRenewable(source, "t1");
		assertThat(this.sent).hasValue(2);
		this.clock.advance(Duration.ofSeconds(2));
		assertRenewable(source, "t1");
		assertRenewable(source, "t3");
	}

	@Test
	void getTokenWhenNewcomersAreTurnedAwayThenKnownAreNot() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("a", 60)));
		AccessTokenException turnedAway = new AccessTokenException(AccessTokenFailure.TOO_MANY_ATTEMPTS, "no");
		StepVerifier.create(source.getToken(request(CALLER), new Door(turnedAway)))
			.expectErrorSatisfies((ex) -> assertThat(ex).isSameAs(turnedAway))
			.verify(LIMIT);
		assertThat(this.sent).hasValue(0);
		source.getToken(request(CALLER), Admission.FREE).block(LIMIT);
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(source.getToken(request(CALLER), new Door(turnedAway)).block(LIMIT)).isNotNull();
		assertThat(source.getToken(request(CONFIGURED), new Door(turnedAway)).block(LIMIT)).isNotNull();
	}

	@Test
	void dropWhenOldEnoughThenNotHandedOutAgain() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("t" + this.sent.get(), 60)));
		AccessToken refused = Objects.requireNonNull(source.getToken(this.request, Admission.FREE).block(LIMIT));
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(source.drop(this.request, refused)).isTrue();
		assertThat(source.find(this.request)).isNull();
		assertToken(source, "t2");
		// Whoever comes late with the first one leaves the second alone.
		assertThat(source.drop(this.request, refused)).isTrue();
		assertToken(source, "t2");
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void dropWhenTooYoungThenKept() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("t" + this.sent.get(), 60)));
		AccessToken refused = Objects.requireNonNull(source.getToken(this.request, Admission.FREE).block(LIMIT));
		this.clock.advance(Duration.ofMillis(4999));
		assertThat(source.drop(this.request, refused)).isFalse();
		assertToken(source, "t1");
	}

	@Test
	void dropWhenNeverKeptAndYoungThenNoOtherToken() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("t" + this.sent.get(), 0)));
		AccessToken refused = Objects.requireNonNull(source.getToken(this.request, Admission.FREE).block(LIMIT));
		assertThat(source.drop(this.request, refused)).isFalse();
	}

	@Test
	void destroyWhenUnderWayThenWaitersFailAndNothingSurvives() {
		CachingAccessTokenSource source = source((request) -> this.answer.asMono());
		List<Throwable> seen = new ArrayList<>();
		for (int count = 0; count < 3; count++) {
			source.getToken(this.request, Admission.FREE).subscribe((token) -> {
			}, seen::add);
		}
		source.destroy();
		assertThat(seen).hasSize(3).allSatisfy((ex) -> assertThat(ex).isInstanceOf(AccessTokenException.class));
		assertThat(this.answer.currentSubscriberCount()).isZero();
		StepVerifier.create(source.getToken(this.request, Admission.FREE)).expectError().verify(LIMIT);
		assertThat(this.sent).hasValue(1);
	}

	@Test
	void destroyWhenTokensAreKeptThenForgetsThem() {
		CachingAccessTokenSource source = source((request) -> Mono.just(token("a", 60)));
		assertToken(source, "a");
		source.destroy();
		StepVerifier.create(source.getToken(this.request, Admission.FREE)).expectError().verify(LIMIT);
		assertThat(this.sent).hasValue(1);
	}

	@ParameterizedTest
	@EnumSource(AccessTokenFailure.class)
	void getTokenWhenConfiguredClientFailsThenWarnsOnceWithoutSecrets(AccessTokenFailure failure) {
		fail(CONFIGURED, failure);
		assertThat(this.log.list).hasSize(1);
		ILoggingEvent event = this.log.list.get(0);
		assertThat(event.getLevel()).isEqualTo(Level.WARN);
		assertThat(event.getThrowableProxy()).isNull();
		assertThat(event.getFormattedMessage())
			.isEqualTo("No token for orders from https://idp.example:8443/token: %s, HTTP 418"
					+ " (more of the same at DEBUG for 10 seconds)", failure);
	}

	@Test
	void getTokenWhenFailsAgainAndAgainThenWarnsOnceInAWhile() {
		CachingAccessTokenSource source = source((request) -> Mono.error(new AccessTokenException(
				(this.sent.get() == 3) ? AccessTokenFailure.TIMEOUT : AccessTokenFailure.UNREACHABLE, "no")));
		for (int count = 0; count < 4; count++) {
			StepVerifier.create(source.getToken(this.request, Admission.FREE)).expectError().verify(LIMIT);
		}
		this.clock.advance(Duration.ofSeconds(10));
		StepVerifier.create(source.getToken(this.request, Admission.FREE)).expectError().verify(LIMIT);
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.WARN, Level.DEBUG, Level.WARN, Level.DEBUG, Level.WARN);
	}

	@ParameterizedTest
	@EnumSource(AccessTokenFailure.class)
	void getTokenWhenCallerFailsThenWarnsOfNothingTheCallerCaused(AccessTokenFailure failure) {
		fail(CALLER, failure);
		assertThat(this.log.list).hasSize(1);
		ILoggingEvent event = this.log.list.get(0);
		boolean refused = failure == AccessTokenFailure.CLIENT_REFUSED || failure == AccessTokenFailure.GRANT_REFUSED;
		assertThat(event.getLevel()).isEqualTo(refused ? Level.DEBUG : Level.WARN);
		assertThat(event.getFormattedMessage()).doesNotContain("hush");
	}

	private void fail(ClientCredentials credentials, AccessTokenFailure failure) {
		CachingAccessTokenSource source = source(
				(request) -> Mono.error(new AccessTokenException(failure, "HTTP 418")));
		StepVerifier.create(source.getToken(request(credentials), Admission.FREE))
			.expectError(AccessTokenException.class)
			.verify(LIMIT);
	}

	private void assertRenewable(CachingAccessTokenSource source, String value) {
		StepVerifier.create(source.getToken(this.renewable, Admission.FREE))
			.assertNext((token) -> assertThat(token.value()).isEqualTo(value))
			.expectComplete()
			.verify(LIMIT);
	}

	private void assertToken(CachingAccessTokenSource source, String value) {
		StepVerifier.create(source.getToken(this.request, Admission.FREE))
			.assertNext((token) -> assertThat(token.value()).isEqualTo(value))
			.expectComplete()
			.verify(LIMIT);
	}

	@Test
	void tokenWhenDroppedElsewhereWhileUnderWayThenNotKept() {
		AtomicReference<TokenStores.EvictionListener> listener = new AtomicReference<>();
		TokenStores stores = new TokenStores() {

			@Override
			public TokenStore of(StoreSettings settings) {
				throw new UnsupportedOperationException();
			}

			@Override
			public void retain(Set<StoreSettings> used) {
				throw new UnsupportedOperationException();
			}

			@Override
			public Map<String, Boolean> availability() {
				return Map.of();
			}

			@Override
			public long unreadableEntries() {
				return 0;
			}

			@Override
			public void onOpen(Consumer<String> opened) {
				throw new UnsupportedOperationException();
			}

			@Override
			public void onEviction(EvictionListener evictions) {
				listener.set(evictions);
			}

		};
		CachingAccessTokenSource source = new CachingAccessTokenSource(counting((request) -> this.answer.asMono()),
				UNASKED, stores, this.clock, 100, new TokenActivities(), ObservationRegistry.NOOP);
		CompletableFuture<AccessToken> waiting = source.getToken(this.request, Admission.FREE).toFuture();
		Objects.requireNonNull(listener.get()).evicted(this.request.key(), (token) -> token.value().equals("a"));
		this.answer.tryEmitValue(token("a", 60)).orThrow();
		assertThat(waiting.join().value()).isEqualTo("a");
		assertThat(source.find(this.request)).isNull();
	}

	@ParameterizedTest
	@EnumSource(value = AccessTokenFailure.class, names = { "UNVERIFIED", "UNVERIFIABLE" })
	void tokenWhenOfAnotherGatewayAndDoesNotPassThenReplacedOnlyIfThatIsKnown(AccessTokenFailure failure) {
		TokenStores stores = mock(TokenStores.class);
		TokenStore store = mock(TokenStore.class);
		given(stores.of(any())).willReturn(store);
		AccessTokenRequest verified = this.keys
			.requestsOf(TestGrants.grant()
				.store(STORE)
				.jwtVerification(new JwtVerification(null, "https://idp.example", List.of(), Duration.ZERO))
				.build())
			.with(CONFIGURED);
		AccessToken theirs = TestGrants.CACHE_POLICY.accept(token("theirs", 3600), this.clock.instant());
		given(store.find(verified, null)).willReturn(Mono.just(theirs));
		given(store.fetchOnce(any(), any(), any())).willAnswer((call) -> call.getArgument(2));
		CachingAccessTokenSource source = new CachingAccessTokenSource(
				counting((request) -> Mono.just(token("ours", 3600))),
				(token, grant, deadline) -> token.value().equals("ours") ? Mono.empty()
						: Mono.error(new AccessTokenException(failure, "no")),
				stores, this.clock, 100, new TokenActivities(), ObservationRegistry.NOOP);
		Mono<String> value = source.getToken(verified, Admission.FREE).map(AccessToken::value);
		if (failure == AccessTokenFailure.UNVERIFIABLE) {
			StepVerifier.create(value).expectError(AccessTokenException.class).verify(LIMIT);
			verify(store, never()).evict(any(), any());
			return;
		}
		StepVerifier.create(value).expectNext("ours").expectComplete().verify(LIMIT);
		verify(store).evict(verified, theirs);
		verify(store).fetchOnce(eq(verified), eq(theirs), any());
	}

	@Test
	void tokenWhenOurOwnThenVerifiedOnceThoughThereIsAStore() {
		TokenStores stores = mock(TokenStores.class);
		TokenStore store = mock(TokenStore.class);
		given(stores.of(any())).willReturn(store);
		given(store.find(any(), any())).willReturn(Mono.empty());
		AccessTokenRequest verified = this.keys
			.requestsOf(TestGrants.grant()
				.store(STORE)
				.jwtVerification(new JwtVerification(null, "https://idp.example", List.of(), Duration.ZERO))
				.build())
			.with(CONFIGURED);
		given(store.fetchOnce(any(), any(), any())).willAnswer((call) -> call.getArgument(2));
		AccessTokenVerifier verifier = mock(AccessTokenVerifier.class);
		given(verifier.verify(any(), any(), any())).willReturn(Mono.empty());
		CachingAccessTokenSource source = new CachingAccessTokenSource(
				counting((request) -> Mono.just(token("ours", 3600))), verifier, stores, this.clock, 100,
				new TokenActivities(), ObservationRegistry.NOOP);
		StepVerifier.create(source.getToken(verified, Admission.FREE))
			.expectNextCount(1)
			.expectComplete()
			.verify(LIMIT);
		verify(verifier).prepare(verified.grant());
		verify(verifier).verify(any(), eq(verified.grant()),
				eq(this.clock.instant().plus(TestGrants.LIMITS.acquisitionTimeout())));
	}

	@Test
	void renewalWhenAnotherGatewayWasFirstThenItsTokenWithoutLease() {
		TokenStore store = mock(TokenStore.class);
		given(store.find(any(), any())).willReturn(Mono.empty());
		given(store.fetchOnce(any(), any(), any())).willAnswer((call) -> call.getArgument(2));
		CachingAccessTokenSource source = source(store, (request) -> Mono.just(token("ours", 60)));
		AccessTokenRequest shared = shared("hush-id");
		AccessToken ours = source.getToken(shared, Admission.FREE).block(LIMIT);
		this.clock.advance(Duration.ofSeconds(50));
		Instant now = this.clock.instant();
		given(store.find(eq(shared), eq(ours)))
			.willReturn(Mono.just(new AccessToken("theirs", null, now, now.plusSeconds(60), now.plusSeconds(54))));
		assertThat(source.find(shared)).isSameAs(ours);
		assertThat(source.find(shared)).isNotNull().extracting(AccessToken::value).isEqualTo("theirs");
		verify(store, times(1)).fetchOnce(any(), any(), any());
		assertThat(this.sent).hasValue(1);
	}

	@Test
	void renewalWhenSeveralGatewaysThenNotAllAtTheSameMoment() {
		TokenStore store = mock(TokenStore.class);
		given(store.find(any(), any())).willReturn(Mono.empty());
		given(store.fetchOnce(any(), any(), any())).willAnswer((call) -> call.getArgument(2));
		List<CachingAccessTokenSource> gateways = Stream
			.generate(() -> source(store, (request) -> Mono.just(token("token", 1000))))
			.limit(20)
			.toList();
		List<AccessTokenRequest> shared = IntStream.range(0, 20).mapToObj((client) -> shared("id-" + client)).toList();
		List<List<Long>> moments = new ArrayList<>();
		for (CachingAccessTokenSource gateway : gateways) {
			shared.forEach((request) -> gateway.getToken(request, Admission.FREE).block(LIMIT));
			moments.add(shared.stream().map((request) -> renewedAfter(gateway, request)).toList());
		}
		// However alike two of them are otherwise.
		for (List<Long> one : moments) {
			assertThat(moments).filteredOn((other) -> other != one)
				.allSatisfy((other) -> assertThat(IntStream.range(0, shared.size())
					.filter((client) -> Math.abs(one.get(client) - other.get(client)) > 5)).hasSizeGreaterThan(10));
		}
	}

	/** Seconds after which a call has the token renewed. The clock is as it was then. */
	private long renewedAfter(CachingAccessTokenSource source, AccessTokenRequest request) {
		Instant start = this.clock.instant();
		int before = this.sent.get();
		while (this.sent.get() == before) {
			this.clock.advance(Duration.ofSeconds(1));
			source.find(request);
		}
		long seconds = Duration.between(start, this.clock.instant()).toSeconds();
		this.clock.advance(Duration.ofSeconds(-seconds));
		return seconds;
	}

	private AccessTokenRequest shared(String clientId) {
		return this.keys.requestsOf(TestGrants.grant().refreshAhead().store(STORE).build())
			.with(ClientCredentials.of(clientId, "hush-secret"));
	}

	private CachingAccessTokenSource source(TokenStore store,
			Function<AccessTokenRequest, Mono<AccessTokenResponse>> endpoint) {
		TokenStores stores = mock(TokenStores.class);
		given(stores.of(any())).willReturn(store);
		return new CachingAccessTokenSource(counting(endpoint), UNASKED, stores, this.clock, 100, new TokenActivities(),
				ObservationRegistry.NOOP);
	}

	private CachingAccessTokenSource source(Function<AccessTokenRequest, Mono<AccessTokenResponse>> endpoint) {
		return new CachingAccessTokenSource(counting(endpoint), UNASKED, null, this.clock, 100, new TokenActivities(),
				ObservationRegistry.NOOP);
	}

	private TokenEndpoints counting(Function<AccessTokenRequest, Mono<AccessTokenResponse>> endpoint) {
		return (request, standing, deadline) -> {
			this.sent.incrementAndGet();
			this.standings.add(standing);
			Instant requestedAt = this.clock.instant();
			return endpoint.apply(request)
				.map((response) -> request.grant().cachePolicy().accept(response, requestedAt));
		};
	}

	private AccessTokenRequest request(ClientCredentials credentials) {
		return this.keys.requestsOf(TestGrants.grant().tokenUri("https://idp.example:8443/token?key=hush").build())
			.with(credentials);
	}

	private static AccessTokenResponse token(String value, long seconds) {
		return new AccessTokenResponse(value, Duration.ofSeconds(seconds), null);
	}

	private static final class Door implements Admission {

		private final @Nullable AccessTokenException refusal;

		private final List<Boolean> left = new ArrayList<>();

		private Door(@Nullable AccessTokenException refusal) {
			this.refusal = refusal;
		}

		@Override
		public @Nullable AccessTokenException tryEnter() {
			return this.refusal;
		}

		@Override
		public void leave(boolean refused) {
			this.left.add(refused);
		}

	}

}
