package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;

import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsAuthorizedClientManager;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.TokenKeyGenerator;

import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;

/**
 * The middlewares of this gateway: those that {@code oauth-cc.middlewares} names, and
 * those that stand on a route.
 * <p>
 * Safe for use by many threads.
 */
public final class Middlewares {

	private final MiddlewareProperties properties;

	private final TokenKeyGenerator keys;

	private final AccessTokenSource tokens;

	private final ConcurrentMap<String, Middleware> named = new ConcurrentHashMap<>();

	/**
	 * Create the middlewares of a gateway.
	 * @param environment holds the properties below {@code oauth-cc}
	 * @param keys tells which token requests are alike
	 * @param tokens where their tokens come from
	 */
	public Middlewares(Environment environment, TokenKeyGenerator keys, AccessTokenSource tokens) {
		this.properties = new MiddlewareProperties(environment);
		this.keys = keys;
		this.tokens = tokens;
	}

	/**
	 * Offers the tokens of a named middleware to a {@code WebClient}. The id of its
	 * client registration is the middleware's name.
	 * @param name the name of the middleware, as {@code oauth-cc.middlewares} has it
	 * @return a manager that shares its tokens with the middleware's routes
	 * @throws InvalidDefinitionException if there is no such middleware, or its options
	 * are wrong
	 */
	public ReactiveOAuth2AuthorizedClientManager authorizedClientManager(String name) {
		Middleware middleware = named(name, "authorized client manager '%s'".formatted(name));
		return new ClientCredentialsAuthorizedClientManager(middleware.grant(), middleware.requests(),
				middleware.configured(), this.tokens);
	}

	/**
	 * The middleware of a filter.
	 * @param config names a middleware or holds the options of one
	 * @param place where the filter stands, for the error's message
	 * @return the middleware
	 * @throws InvalidDefinitionException if it cannot work
	 */
	Middleware of(OAuthClientCredentialsGatewayFilterFactory.Config config, String place) {
		String reference = config.middleware();
		if (reference == null) {
			return create(config.place(), place,
					(name, errors) -> this.properties.bindInline(config.options(), errors));
		}
		if (!config.options().isEmpty()) {
			throw invalid(place, new OptionError(String.join(", ", config.options().keySet()),
					"stand beside the name of the middleware '%s'".formatted(reference),
					"Put the options under 'oauth-cc.middlewares.%s', or name no middleware.".formatted(reference)));
		}
		return named(reference, place);
	}

	/** All that is wrong below {@code oauth-cc}. */
	List<InvalidDefinition> check() {
		List<InvalidDefinition> invalid = new ArrayList<>();
		List<OptionError> wrong = this.properties.wrongProperties();
		if (!wrong.isEmpty()) {
			invalid.add(new InvalidDefinition("the application", wrong));
		}
		List<OptionError> ofDefaults = new ArrayList<>();
		this.properties.bindDefaults(ofDefaults);
		if (!ofDefaults.isEmpty()) {
			invalid.add(new InvalidDefinition("oauth-cc.defaults", ofDefaults));
		}
		for (String name : this.properties.middlewareNames()) {
			try {
				named(name, "middleware '%s'".formatted(name));
			}
			catch (InvalidDefinitionException ex) {
				invalid.addAll(ex.getDefinitions());
			}
		}
		return invalid;
	}

	private Middleware named(String reference, String place) {
		String name = this.properties.middlewareName(reference);
		if (name == null) {
			List<String> names = this.properties.middlewareNames();
			throw invalid(place,
					new OptionError("middleware", "there is no middleware '%s'".formatted(reference),
							names.isEmpty() ? "Define 'oauth-cc.middlewares.%s'.".formatted(reference)
									: "Define 'oauth-cc.middlewares.%s', or use one of %s.".formatted(reference,
											String.join(", ", names))));
		}
		return this.named.computeIfAbsent(name,
				(key) -> create(key, "middleware '%s'".formatted(key), this.properties::bindMiddleware));
	}

	private Middleware create(String name, String place,
			BiFunction<String, List<OptionError>, OAuthClientCredentialsOptions> binder) {
		List<OptionError> errors = new ArrayList<>();
		OptionsChecker checker = new OptionsChecker(binder.apply(name, errors), errors);
		ClientCredentialsGrant grant = checker.grant(name);
		ClientCredentials configured = checker.credentials();
		if (!errors.isEmpty()) {
			throw new InvalidDefinitionException(List.of(new InvalidDefinition(place, errors)));
		}
		return new Middleware(grant, this.keys.requestsOf(grant), configured);
	}

	private static InvalidDefinitionException invalid(String place, OptionError error) {
		return new InvalidDefinitionException(List.of(new InvalidDefinition(place, List.of(error))));
	}

}
