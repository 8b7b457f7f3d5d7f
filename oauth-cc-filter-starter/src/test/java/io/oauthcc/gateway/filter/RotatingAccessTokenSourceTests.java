package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenTally;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

class RotatingAccessTokenSourceTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final Duration GRACE = Duration.ofSeconds(60);

	private final MutableClock clock = new MutableClock();

	private final AccessTokenRequests requests = new TokenKeyGenerator().requestsOf(TestGrants.grant().build());

	private final AccessTokenRequest one = request("hush-one");

	private final AccessTokenRequest two = request("hush-two");

	private final AccessTokenRequest three = request("hush-three");

	private final Source tokens = new Source();

	private final RotatingAccessTokenSource rotating = rotate(this.tokens, this.one);

	@Test
	void findWhenFormerTokenIsThereThenServesItAndTriesTheNewNowAndThen() {
		AccessToken former = this.tokens.keep(this.one);
		for (int count = 0; count < 10; count++) {
			assertThat(this.rotating.find(this.two)).isSameAs(former);
		}
		assertThat(this.tokens.prefetched).containsExactly(this.two);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.rotating.find(this.two)).isSameAs(former);
		assertThat(this.tokens.prefetched).containsExactly(this.two, this.two);
		for (int second = 0; second < 40; second++) {
			this.clock.advance(Duration.ofSeconds(1));
			this.rotating.find(this.two);
		}
		// After 1, 2, 4, 8, 10, 10 seconds: it may lock a client that is refused too
		// often.
		assertThat(this.tokens.prefetched).hasSize(7);
		AccessToken present = this.tokens.keep(this.two);
		assertThat(this.rotating.find(this.two)).isSameAs(present);
	}

	@Test
	void findWhenNewTokenHasComeAndGoneThenNotTheFormerOne() {
		this.tokens.keep(this.one);
		AccessToken present = this.tokens.keep(this.two);
		assertThat(this.rotating.find(this.two)).isSameAs(present);
		assertThat(this.rotating.drop(this.two, present)).isTrue();
		assertThat(this.rotating.find(this.two)).isNull();
	}

	@Test
	void getTokenWhenNewOneIsGrantedThenNotTheFormerOneLater() {
		this.tokens.grant(this.two);
		StepVerifier.create(this.rotating.getToken(this.two, Admission.FREE))
			.expectNextCount(1)
			.expectComplete()
			.verify(LIMIT);
		this.tokens.keep(this.one);
		assertThat(this.rotating.find(this.two)).isNull();
	}

	@Test
	void getTokenWhenNewIsRefusedThenFormerCredentialsWithinGrace() {
		this.tokens.refuse(this.two);
		AccessToken former = this.tokens.grant(this.one);
		StepVerifier.create(this.rotating.getToken(this.two, Admission.FREE))
			.expectNext(former)
			.expectComplete()
			.verify(LIMIT);
		this.clock.advance(GRACE);
		StepVerifier.create(this.rotating.getToken(this.two, Admission.FREE))
			.expectErrorMatches((error) -> error == this.tokens.refusals.get(this.two))
			.verify(LIMIT);
		assertThat(this.rotating.find(this.two)).isNull();
	}

	@Test
	void getTokenWhenBothAreRefusedThenTheNewOneOnceMore() {
		this.tokens.refuse(this.one);
		this.tokens.refuse(this.two);
		this.tokens.onPrefetch = () -> this.tokens.grant(this.two);
		StepVerifier.create(this.rotating.getToken(this.two, Admission.FREE))
			.expectNextCount(1)
			.expectComplete()
			.verify(LIMIT);
		assertThat(this.tokens.prefetched).containsExactly(this.two);
	}

	@Test
	void getTokenWhenBothStayRefusedThenTheNewOnesRefusal() {
		this.tokens.refuse(this.one);
		this.tokens.refuse(this.two);
		for (int count = 0; count < 5; count++) {
			StepVerifier.create(this.rotating.getToken(this.two, Admission.FREE))
				.expectErrorMatches((error) -> error == this.tokens.refusals.get(this.two))
				.verify(LIMIT);
		}
		assertThat(this.tokens.prefetched).hasSize(1);
	}

	@Test
	void dropWhenFormerTokenIsRefusedByServiceThenThatOne() {
		AccessToken former = this.tokens.keep(this.one);
		assertThat(this.rotating.drop(this.two, former)).isTrue();
		assertThat(this.tokens.find(this.one)).isNull();
		AccessToken present = this.tokens.keep(this.two);
		assertThat(this.rotating.drop(this.two, present)).isTrue();
		assertThat(this.tokens.find(this.two)).isNull();
	}

	@Test
	void findWhenChangedTwiceThenTheFirstOneStillServes() {
		AccessToken first = this.tokens.keep(this.one);
		RotatingAccessTokenSource again = rotate(this.rotating, this.two);
		assertThat(again.find(this.three)).isSameAs(first);
		assertThat(this.tokens.prefetched).containsExactlyInAnyOrder(this.two, this.three);
		AccessToken last = this.tokens.keep(this.three);
		assertThat(again.find(this.three)).isSameAs(last);
	}

	private RotatingAccessTokenSource rotate(AccessTokenSource before, AccessTokenRequest former) {
		return new RotatingAccessTokenSource(this.tokens, before, former, this.clock.millis() + GRACE.toMillis(),
				this.clock);
	}

	private AccessTokenRequest request(String secret) {
		return this.requests.with(ClientCredentials.of("hush-id", secret));
	}

	private static final class Source implements AccessTokenSource {

		private final Map<AccessTokenRequest, AccessToken> inMemory = new HashMap<>();

		private final Map<AccessTokenRequest, AccessToken> granted = new HashMap<>();

		private final Map<AccessTokenRequest, AccessTokenException> refusals = new HashMap<>();

		private final List<AccessTokenRequest> prefetched = new ArrayList<>();

		private final List<ClientCredentialsGrant> prepared = new ArrayList<>();

		private Runnable onPrefetch = () -> {
		};

		@Override
		public void prepare(ClientCredentialsGrant grant) {
			this.prepared.add(grant);
		}

		AccessToken keep(AccessTokenRequest request) {
			AccessToken token = token();
			this.inMemory.put(request, token);
			return token;
		}

		AccessToken grant(AccessTokenRequest request) {
			AccessToken token = token();
			this.refusals.remove(request);
			this.granted.put(request, token);
			return token;
		}

		void refuse(AccessTokenRequest request) {
			this.refusals.put(request, new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "refused"));
		}

		private static AccessToken token() {
			return new AccessToken("hush-token", null, MutableClock.START, MutableClock.START.plusSeconds(3600),
					MutableClock.START.plusSeconds(3600));
		}

		@Override
		public @Nullable AccessToken find(AccessTokenRequest request) {
			return this.inMemory.get(request);
		}

		@Override
		public Mono<AccessToken> getToken(AccessTokenRequest request, Admission admission) {
			AccessTokenException refusal = this.refusals.get(request);
			return (refusal != null) ? Mono.error(refusal) : Mono.justOrEmpty(this.granted.get(request));
		}

		@Override
		public void prefetch(AccessTokenRequest request) {
			this.prefetched.add(request);
			this.onPrefetch.run();
		}

		@Override
		public boolean drop(AccessTokenRequest request, AccessToken refused) {
			return this.inMemory.remove(request, refused);
		}

		@Override
		public void dropAll(ClientCredentialsGrant grant, TokenKey family) {
			this.inMemory.clear();
		}

		@Override
		public @Nullable AccessToken peek(AccessTokenRequest request) {
			return this.inMemory.get(request);
		}

		@Override
		public EndpointState stateOf(ClientCredentialsGrant grant) {
			return EndpointState.CLOSED;
		}

		@Override
		public boolean isStoreAvailable(ClientCredentialsGrant grant) {
			return false;
		}

		@Override
		public Map<TokenKey, TokenTally> tally() {
			return Map.of();
		}

	}

}
