package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.AccessTokenVerifier;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenActivity;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenEvent;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import io.oauthcc.gateway.token.TokenTally;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;

/**
 * Takes a token out of memory while it is usable, and else asks the token endpoint, with
 * one request in flight for all who want the same token. A token in use is renewed in the
 * background before it is no longer usable.
 * <p>
 * A refusal is remembered for a moment, any other failure is not. Nor is a token kept
 * whose lifetime is not positive: it serves those who wait for it.
 * <p>
 * Safe for use by many threads.
 */
public final class CachingAccessTokenSource implements AccessTokenSource, DisposableBean {

	private final TokenEndpoints endpoints;

	private final AccessTokenVerifier verifier;

	private final @Nullable TokenStores stores;

	private final DroppedTokens dropped;

	private final TokenFamilies families = new TokenFamilies();

	private final Clock clock;

	/**
	 * Another number in each gateway, so that not all want to renew at the same moment.
	 */
	private final long renewals = ThreadLocalRandom.current().nextLong();

	private final AccessTokenCache cache;

	private final RememberedRefusals refusals;

	private final AcceptedCredentials credentials;

	private final SingleFlight<TokenKey, AccessToken> requests = new SingleFlight<>(
			() -> new AccessTokenException(AccessTokenFailure.NOT_ASKED, "The gateway stops"));

	private final TokenRequestLog log;

	private final TokenActivities activities;

	private final Acquisitions acquisitions;

	/**
	 * Create a source with nothing in memory.
	 * @param endpoints are asked for tokens
	 * @param verifier is asked before a token is used for the first time
	 * @param stores hold the tokens of grants that name one, {@code null} if none can
	 * @param clock tells which tokens are still usable
	 * @param maximumSize how many tokens are kept at most, and how many credentials that
	 * were accepted
	 * @param activities count what becomes of calls and tokens
	 * @param registry is told of calls whose token is not in memory
	 */
	public CachingAccessTokenSource(TokenEndpoints endpoints, AccessTokenVerifier verifier,
			@Nullable TokenStores stores, Clock clock, long maximumSize, TokenActivities activities,
			ObservationRegistry registry) {
		this.endpoints = endpoints;
		this.verifier = verifier;
		this.stores = stores;
		this.dropped = new DroppedTokens(clock);
		this.clock = clock;
		this.cache = new AccessTokenCache(clock, Ticker.systemTicker(), maximumSize);
		this.refusals = new RememberedRefusals(clock);
		this.credentials = new AcceptedCredentials(maximumSize);
		this.log = new TokenRequestLog(clock);
		this.activities = activities;
		this.acquisitions = new Acquisitions(activities, registry);
		if (stores != null) {
			stores.onEviction(new DropsOfOthers());
		}
	}

	@Override
	public @Nullable AccessToken find(AccessTokenRequest request) {
		CachedToken cached = this.cache.find(request.key());
		if (cached == null) {
			return null;
		}
		if (cached.claimRenewal(this.clock.millis())) {
			renew(request, cached);
		}
		activityOf(request).count(TokenEvent.FOUND_IN_MEMORY);
		return cached.token();
	}

	@Override
	public Mono<AccessToken> getToken(AccessTokenRequest request, Admission admission) {
		AccessToken token = find(request);
		return (token != null) ? Mono.just(token) : this.acquisitions
			.observe(request, (acquisition) -> this.requests.join(request.key(), acquisition.causing(
					this.acquisitions.inFlight(request, Mono.defer(() -> obtain(request, admission, acquisition))))));
	}

	private TokenActivity activityOf(AccessTokenRequest request) {
		return this.activities.of(request.grant().name());
	}

	@Override
	public void prefetch(AccessTokenRequest request) {
		AcquisitionContext forNobody = new AcquisitionContext(request.grant().name());
		this.requests.launch(request.key(),
				this.acquisitions.inFlight(request, Mono.defer(() -> findOrAsk(request, Admission.FREE, forNobody))));
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		this.endpoints.prepare(grant);
		this.verifier.prepare(grant);
		TokenStore store = storeOf(grant);
		if (store != null) {
			store.prepare(grant);
		}
	}

	private Mono<AccessToken> obtain(AccessTokenRequest request, Admission admission, AcquisitionContext acquisition) {
		AccessTokenException refusal = this.refusals.find(request.key());
		if (refusal != null) {
			activityOf(request).count(TokenEvent.REFUSAL_REMEMBERED);
			return Mono.error(refusal);
		}
		return findOrAsk(request, admission, acquisition);
	}

	private Mono<AccessToken> findOrAsk(AccessTokenRequest request, Admission admission,
			AcquisitionContext acquisition) {
		// Whoever had the request in flight before this one may have just kept its token.
		CachedToken cached = this.cache.find(request.key());
		if (cached != null) {
			return Mono.just(cached.token());
		}
		TokenStore store = storeOf(request.grant());
		Instant deadline = deadlineOf(request);
		Mono<AccessToken> asking = Mono.defer(() -> admit(request, admission, deadline, acquisition));
		return (store == null) ? asking
				: findInStore(request, store, this.dropped.find(request.key()), deadline, acquisition)
					.switchIfEmpty(asking);
	}

	private Mono<AccessToken> findInStore(AccessTokenRequest request, TokenStore store, @Nullable AccessToken outdated,
			Instant deadline, AcquisitionContext acquisition) {
		TokenFamilies.Family family = this.families.of(request.family());
		return store.find(request, outdated)
			.filter((token) -> !this.dropped.isDropped(request.key(), token))
			.flatMap((token) -> verified(request, token, deadline)
				.onErrorResume(CachingAccessTokenSource::isUnverified, (ex) -> replaced(request, store, token))
				.doOnError(AccessTokenException.class, (ex) -> failed(request, ex)))
			.doOnNext((token) -> {
				acquisition.from(TokenEvent.FOUND_IN_STORE);
				keep(request, token, family);
			});
	}

	private Instant deadlineOf(AccessTokenRequest request) {
		return this.clock.instant().plus(request.grant().limits().acquisitionTimeout());
	}

	private Mono<AccessToken> admit(AccessTokenRequest request, Admission admission, Instant deadline,
			AcquisitionContext acquisition) {
		Standing standing = this.credentials.standingOf(request);
		Mono<AccessToken> fetched = Mono
			.defer(() -> fetch(request, standing, this.dropped.find(request.key()), deadline, acquisition));
		return (standing == Standing.NEWCOMER) ? enter(request, admission, fetched) : fetched;
	}

	/** Whoever started the request may be gone before its outcome counts. */
	private Mono<AccessToken> enter(AccessTokenRequest request, Admission admission, Mono<AccessToken> fetched) {
		AccessTokenException turnedAway = admission.tryEnter();
		if (turnedAway != null) {
			activityOf(request).count(TokenEvent.ATTEMPT_LIMITED);
			return Mono.error(turnedAway);
		}
		return fetched.doOnSuccess((token) -> admission.leave(false))
			.doOnError((error) -> admission.leave(isRefusal(error)))
			.doOnCancel(() -> admission.leave(false));
	}

	private static boolean isRefusal(Throwable error) {
		return error instanceof AccessTokenException ex && ex.getFailure().isRefusal();
	}

	/** The token stays in use meanwhile; the one who found it due waits for nothing. */
	private void renew(AccessTokenRequest request, CachedToken cached) {
		TokenActivity activity = activityOf(request);
		AcquisitionContext forNobody = new AcquisitionContext(activity.name());
		Mono<AccessToken> renewal = Mono.defer(() -> obtainAfter(request, cached.token(), forNobody))
			.doOnError((error) -> {
				activity.count(TokenEvent.NOT_RENEWED);
				cached.renewalFailed(this.clock.millis(), error);
			})
			.doOnNext((token) -> {
				activity.count(TokenEvent.RENEWED);
				renewed(request, cached);
			});
		if (!this.requests.launch(request.key(), this.acquisitions.inFlight(request, renewal))) {
			cached.renewalFailed(this.clock.millis(), null);
		}
	}

	/**
	 * Of many gateways all but the first find a later one, for which none needs a lease.
	 */
	private Mono<AccessToken> obtainAfter(AccessTokenRequest request, AccessToken outdated,
			AcquisitionContext acquisition) {
		TokenStore store = storeOf(request.grant());
		Instant deadline = deadlineOf(request);
		Mono<AccessToken> fetched = Mono.defer(() -> fetch(request, Standing.RENEWING,
				later(outdated, this.dropped.find(request.key())), deadline, acquisition));
		return (store == null) ? fetched
				: findInStore(request, store, outdated, deadline, acquisition).switchIfEmpty(fetched);
	}

	private static AccessToken later(AccessToken token, @Nullable AccessToken dropped) {
		return (dropped != null && dropped.issuedAt().isAfter(token.issuedAt())) ? dropped : token;
	}

	/**
	 * One that is usable at no time, or was dropped meanwhile, did not take its place.
	 */
	private void renewed(AccessTokenRequest request, CachedToken cached) {
		if (this.cache.find(request.key()) == cached) {
			cached.renewalFailed(this.clock.millis(), null);
		}
	}

	private Mono<AccessToken> fetch(AccessTokenRequest request, Standing standing, @Nullable AccessToken outdated,
			Instant deadline, AcquisitionContext acquisition) {
		this.verifier.prepare(request.grant());
		TokenFamilies.Family family = this.families.of(request.family());
		Mono<AccessToken> asked = this.endpoints.ask(request, standing, deadline)
			.flatMap((token) -> verified(request, token, deadline))
			.doOnNext((token) -> {
				acquisition.from(TokenEvent.OBTAINED);
				activityOf(request).succeeded(this.clock.instant());
			})
			.doOnError(AccessTokenException.class, (ex) -> failed(request, ex));
		TokenStore store = storeOf(request.grant());
		return ((store != null) ? fetchOnce(request, store, outdated, asked, deadline, acquisition) : asked)
			.doOnNext((token) -> keep(request, token, family));
	}

	/** What another gateway has obtained is not verified yet. */
	private Mono<AccessToken> fetchOnce(AccessTokenRequest request, TokenStore store, @Nullable AccessToken outdated,
			Mono<AccessToken> asked, Instant deadline, AcquisitionContext acquisition) {
		AtomicReference<AccessToken> own = new AtomicReference<>();
		return store.fetchOnce(request, outdated, asked.doOnNext(own::set)).flatMap((token) -> {
			if (token == own.get()) {
				return Mono.just(token);
			}
			acquisition.from(TokenEvent.FOUND_IN_STORE);
			return verified(request, token, deadline);
		});
	}

	private Mono<AccessToken> verified(AccessTokenRequest request, AccessToken token, Instant deadline) {
		return (request.grant().jwtVerification() == null) ? Mono.just(token)
				: this.verifier.verify(token, request.grant(), deadline)
					.then(Mono.fromCallable(() -> request.grant().cachePolicy().untilItsEnd(token)));
	}

	private static boolean isUnverified(Throwable error) {
		return error instanceof AccessTokenException ex && ex.getFailure() == AccessTokenFailure.UNVERIFIED;
	}

	/** A token of another gateway that does not pass here is as good as none. */
	private Mono<AccessToken> replaced(AccessTokenRequest request, TokenStore store, AccessToken token) {
		if (this.dropped.add(request.key(), token)) {
			store.evict(request, token);
		}
		return Mono.empty();
	}

	private @Nullable TokenStore storeOf(ClientCredentialsGrant grant) {
		StoreSettings settings = grant.store();
		return (settings != null && this.stores != null) ? this.stores.of(settings) : null;
	}

	private void failed(AccessTokenRequest request, AccessTokenException ex) {
		this.refusals.remember(request, ex);
		this.log.failed(request, ex);
		// Whoever makes credentials up could else hide what is wrong with the others.
		if (!TokenRequestLog.isFaultOfCaller(request, ex)) {
			activityOf(request).failed(this.clock.instant(), ex);
		}
	}

	private void keep(AccessTokenRequest request, AccessToken token, TokenFamilies.Family family) {
		this.credentials.accepted(request);
		if (this.dropped.isDropped(request.key(), token)) {
			return;
		}
		// Mixed, or two gateways whose numbers are alike would differ little for all
		// tokens.
		long moment = new SplittableRandom(request.key().first() ^ this.renewals).nextLong();
		this.cache.keep(request.key(),
				new CachedToken(moment, family, token, request.grant().cachePolicy().refreshAhead()));
	}

	@Override
	public boolean drop(AccessTokenRequest request, AccessToken refused) {
		CachedToken cached = this.cache.find(request.key());
		// The same may have been read from a store, or issued, again.
		if (cached != null && !cached.token().value().equals(refused.value())) {
			return true;
		}
		AccessToken latest = (cached != null) ? cached.token() : refused;
		Instant oldEnough = latest.issuedAt().plus(request.grant().cachePolicy().minTokenAge());
		if (this.clock.instant().isBefore(oldEnough)) {
			return false;
		}
		TokenStore store = storeOf(request.grant());
		// First, so that whoever finds it gone from memory does not take it from there.
		boolean news = store != null && this.dropped.add(request.key(), latest);
		if (cached != null) {
			this.cache.remove(request.key(), cached);
		}
		if (store != null && news) {
			store.evict(request, latest);
		}
		return true;
	}

	@Override
	public void dropAll(ClientCredentialsGrant grant, TokenKey family) {
		TokenStore store = storeOf(grant);
		if (store != null) {
			// First, so that whoever finds one gone from memory does not take it from
			// there.
			store.evictAll(grant);
		}
		this.families.drop(family);
	}

	@Override
	public @Nullable AccessToken peek(AccessTokenRequest request) {
		CachedToken cached = this.cache.find(request.key());
		return (cached != null) ? cached.token() : null;
	}

	@Override
	public EndpointState stateOf(ClientCredentialsGrant grant) {
		return this.endpoints.stateOf(grant);
	}

	@Override
	public boolean isStoreAvailable(ClientCredentialsGrant grant) {
		TokenStore store = storeOf(grant);
		return store != null && store.isAvailable();
	}

	@Override
	public Map<TokenKey, TokenTally> tally() {
		Map<TokenKey, TokenTally> tally = new HashMap<>();
		this.cache.forEach((cached) -> tally.compute(cached.family().grant(),
				(family, sofar) -> ((sofar != null) ? sofar : TokenTally.NONE).withToken(cached.token().expiresAt())));
		this.refusals.forEach((family) -> tally.compute(family,
				(same, sofar) -> ((sofar != null) ? sofar : TokenTally.NONE).withRefusal()));
		return tally;
	}

	/**
	 * How many tokens are in memory.
	 * @return the number, expired and dropped ones that have not left it yet included
	 */
	public long size() {
		return this.cache.estimatedSize();
	}

	/**
	 * How many tokens have left memory to make room for others.
	 * @return the number since the start
	 */
	public long pushedOut() {
		return this.cache.pushedOut();
	}

	/**
	 * End the token requests that are under way. Those who wait for them hear of it; the
	 * next starts a new one.
	 */
	public void stop() {
		this.requests.stop();
	}

	/**
	 * End what is under way and forget everything.
	 */
	@Override
	public void destroy() {
		this.requests.dispose();
		this.cache.clear();
		this.refusals.clear();
		this.credentials.clear();
	}

	/**
	 * Hears what other gateways have dropped.
	 */
	private final class DropsOfOthers implements TokenStores.EvictionListener {

		@Override
		public void evicted(TokenKey key, Predicate<AccessToken> evicted) {
			CachingAccessTokenSource source = CachingAccessTokenSource.this;
			CachedToken cached = source.cache.find(key);
			if (cached != null && evicted.test(cached.token())) {
				source.dropped.add(key, cached.token());
				source.cache.remove(key, cached);
				return;
			}
			if (source.requests.isInFlight(key)) {
				source.dropped.addUnseen(key, evicted);
			}
		}

		@Override
		public void evictedAll(TokenKey family) {
			families.drop(family);
		}

	}

}
