package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenTally;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Tokens for credentials that have followed others, of which the token endpoint may not
 * have heard yet. For a while the others serve: with a token that they have, without
 * anybody waiting, else when the new ones are refused.
 */
final class RotatingAccessTokenSource implements AccessTokenSource {

	private static final Logger logger = LoggerFactory.getLogger(RotatingAccessTokenSource.class);

	private final AccessTokenSource tokens;

	private final long until;

	private final Clock clock;

	private final RotationAttempts attempts = new RotationAttempts();

	private final AtomicBoolean told = new AtomicBoolean();

	/** Forgotten when it is over: it holds a secret. */
	private volatile @Nullable Former former;

	/**
	 * Create a source.
	 * @param tokens where tokens come from
	 * @param formerTokens where they came from until now
	 * @param former the request with the credentials until now
	 * @param until the end of their use, in milliseconds
	 * @param clock tells when that is
	 */
	RotatingAccessTokenSource(AccessTokenSource tokens, AccessTokenSource formerTokens, AccessTokenRequest former,
			long until, Clock clock) {
		this.tokens = tokens;
		this.former = new Former(formerTokens, former);
		this.until = until;
		this.clock = clock;
	}

	@Override
	public @Nullable AccessToken find(AccessTokenRequest request) {
		AccessToken token = this.tokens.find(request);
		if (token != null) {
			forgetFormer();
			return token;
		}
		Former former = former();
		AccessToken earlier = (former != null) ? former.find() : null;
		if (earlier != null && this.attempts.isDue(this.clock.millis())) {
			this.tokens.prefetch(request);
		}
		return earlier;
	}

	@Override
	public Mono<AccessToken> getToken(AccessTokenRequest request, Admission admission) {
		AccessToken token = find(request);
		Former former = former();
		if (token != null || former == null) {
			return (token != null) ? Mono.just(token) : this.tokens.getToken(request, admission);
		}
		return this.tokens.getToken(request, admission)
			.doOnNext((obtained) -> forgetFormer())
			.onErrorResume(RotatingAccessTokenSource::isClientRefused,
					(refusal) -> obtainAsBefore(former, request, admission).onErrorMap((any) -> refusal));
	}

	private Mono<AccessToken> obtainAsBefore(Former former, AccessTokenRequest request, Admission admission) {
		if (this.told.compareAndSet(false, true)) {
			logger.atWarn()
				.addKeyValue("middleware", request.grant().name())
				.log("{}: the token endpoint refuses the credentials that have changed. Those before are used as long as oauth-cc.secrets.rotation-grace allows.",
						request.grant().name());
		}
		return former.getToken(admission)
			// Refused as well: it may have heard of the new ones in between.
			.onErrorResume(RotatingAccessTokenSource::isClientRefused, (refusal) -> {
				if (this.attempts.isDueAtLast(this.clock.millis())) {
					this.tokens.prefetch(request);
				}
				return this.tokens.getToken(request, admission);
			});
	}

	/** With the first token of the new ones, those before have served. */
	private void forgetFormer() {
		if (this.former != null) {
			this.former = null;
		}
	}

	private static boolean isClientRefused(Throwable error) {
		return error instanceof AccessTokenException ex && ex.getFailure() == AccessTokenFailure.CLIENT_REFUSED;
	}

	@Override
	public void prefetch(AccessTokenRequest request) {
		this.tokens.prefetch(request);
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		this.tokens.prepare(grant);
	}

	@Override
	public boolean drop(AccessTokenRequest request, AccessToken refused) {
		Former former = former();
		return (former != null && former.peek() == refused) ? former.drop(refused) : this.tokens.drop(request, refused);
	}

	@Override
	public void dropAll(ClientCredentialsGrant grant, TokenKey family) {
		this.tokens.dropAll(grant, family);
	}

	@Override
	public @Nullable AccessToken peek(AccessTokenRequest request) {
		return this.tokens.peek(request);
	}

	@Override
	public EndpointState stateOf(ClientCredentialsGrant grant) {
		return this.tokens.stateOf(grant);
	}

	@Override
	public boolean isStoreAvailable(ClientCredentialsGrant grant) {
		return this.tokens.isStoreAvailable(grant);
	}

	@Override
	public Map<TokenKey, TokenTally> tally() {
		return this.tokens.tally();
	}

	private @Nullable Former former() {
		if (this.former != null && this.clock.millis() >= this.until) {
			this.former = null;
		}
		return this.former;
	}

	private record Former(AccessTokenSource tokens, AccessTokenRequest request) {

		@Nullable AccessToken find() {
			return this.tokens.find(this.request);
		}

		@Nullable AccessToken peek() {
			return this.tokens.peek(this.request);
		}

		Mono<AccessToken> getToken(Admission admission) {
			return this.tokens.getToken(this.request, admission);
		}

		boolean drop(AccessToken refused) {
			return this.tokens.drop(this.request, refused);
		}

	}

}
