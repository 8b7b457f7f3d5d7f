package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenTally;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may see of the middlewares of this gateway, and do with their tokens.
 * Nothing that it tells is a secret, a token or anything of who called.
 * <p>
 * Safe for use by many threads.
 */
public final class MiddlewareInspector {

	private final Middlewares middlewares;

	private final AccessTokenSource tokens;

	private final TokenActivities activities;

	private final Clock clock;

	/**
	 * Create an inspector.
	 * @param middlewares the middlewares to look at
	 * @param tokens where their tokens are
	 * @param activities what has become of their calls and tokens
	 * @param clock tells which certificates end soon
	 */
	public MiddlewareInspector(Middlewares middlewares, AccessTokenSource tokens, TokenActivities activities,
			Clock clock) {
		this.middlewares = middlewares;
		this.tokens = tokens;
		this.activities = activities;
		this.clock = clock;
	}

	/**
	 * The middlewares of this gateway.
	 * @return their names, for those that stand on a route {@code route:} and its id
	 */
	public Set<String> names() {
		return this.middlewares.names();
	}

	/**
	 * The name of a middleware as it is defined: as on a route, case, {@code -} and
	 * {@code _} make no difference.
	 * @param name its name in any spelling
	 * @return its name as {@link #names()} has it, or the same if there is none
	 */
	public String nameOf(String name) {
		ManagedMiddleware managed = this.middlewares.find(name);
		return (managed != null) ? managed.name() : name;
	}

	/**
	 * All middlewares of this gateway.
	 * @return what an operator may see of them, by name
	 */
	public Map<String, MiddlewareDescription> describe() {
		Map<String, MiddlewareDescription> descriptions = new TreeMap<>();
		this.middlewares.all().forEach((managed) -> descriptions.put(managed.name(), describe(managed)));
		return descriptions;
	}

	/**
	 * One middleware of this gateway.
	 * @param name its name, or {@code route:} and the id of its route
	 * @return what an operator may see of it, or {@code null} if there is none of that
	 * name
	 */
	public @Nullable MiddlewareDescription describe(String name) {
		ManagedMiddleware managed = this.middlewares.find(name);
		return (managed != null) ? describe(managed) : null;
	}

	private MiddlewareDescription describe(ManagedMiddleware managed) {
		MiddlewareState state = managed.get();
		Middleware working = (state instanceof Middleware middleware) ? middleware : null;
		return new MiddlewareDescription(managed.name(), state.isApplicationLevel(),
				(working != null) ? working.describe() : null, secretsOf(state), this.activities.of(managed.name()),
				(working != null) ? concernsOf(working) : List.of());
	}

	/** What is wrong with a value that is there is told by option. */
	private static List<MiddlewareDescription.Secret> secretsOf(MiddlewareState state) {
		Map<String, MiddlewareDescription.Secret> secrets = new TreeMap<>();
		state.secrets()
			.references()
			.forEach((reference) -> secrets.put(reference, new MiddlewareDescription.Secret(reference, null, null)));
		if (state instanceof MissingSecrets lacking) {
			lacking.missing()
				.forEach((error) -> secrets.put(error.option(),
						new MiddlewareDescription.Secret(error.option(), error.problem(), error.action())));
		}
		return List.copyOf(secrets.values());
	}

	private List<String> concernsOf(Middleware middleware) {
		return TransportConcerns.of(middleware.grant().transport().tls(), this.clock.instant());
	}

	private @Nullable Middleware findWorking(String name) {
		ManagedMiddleware managed = this.middlewares.find(name);
		return (managed != null && managed.get() instanceof Middleware middleware) ? middleware : null;
	}

	/**
	 * Count the tokens in memory. Looks through all of them; not for the path of a call.
	 * @return for each middleware that works how many there are that it may use
	 */
	public Map<String, TokenTally> tally() {
		Map<TokenKey, TokenTally> byFamily = this.tokens.tally();
		Map<String, TokenTally> byName = new HashMap<>();
		for (ManagedMiddleware managed : this.middlewares.all()) {
			if (managed.get() instanceof Middleware middleware) {
				byName.put(managed.name(), byFamily.getOrDefault(middleware.family(), TokenTally.NONE));
			}
		}
		return byName;
	}

	/**
	 * Stop using all tokens of a middleware, in all gateways that share them.
	 * @param name its name, or {@code route:} and the id of its route
	 * @return {@code false} if there is none of that name
	 */
	public boolean dropTokens(String name) {
		ManagedMiddleware managed = this.middlewares.find(name);
		if (managed != null && managed.get() instanceof Middleware middleware) {
			middleware.dropTokens();
		}
		return managed != null;
	}

	/**
	 * When the token of a middleware at gateway level expires.
	 * @param name its name
	 * @return the time, or {@code null} without a token or at application level
	 */
	public @Nullable Instant expiryOf(String name) {
		Middleware middleware = findWorking(name);
		return (middleware != null) ? middleware.expiry() : null;
	}

	/**
	 * Whether the token endpoint of a middleware is left alone.
	 * @param name its name
	 * @return {@code true} while its circuit breaker keeps requests from it
	 */
	public boolean isLeftAlone(String name) {
		Middleware middleware = findWorking(name);
		return middleware != null && middleware.endpointState() == EndpointState.OPEN;
	}

	/**
	 * References to secrets that have no value now.
	 * @return their number, each middleware's counted
	 */
	public int missingSecrets() {
		return this.middlewares.lacking().stream().mapToInt((lacking) -> lacking.errors().size()).sum();
	}

}
