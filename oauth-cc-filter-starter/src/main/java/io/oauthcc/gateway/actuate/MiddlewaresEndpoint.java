package io.oauthcc.gateway.actuate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.filter.MiddlewareRoutes;
import io.oauthcc.gateway.token.TokenTally;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code oauthcc}: what each middleware does and how it stands with its
 * tokens, without a token, a secret or a caller's id; and drops tokens, in all gateways
 * that share them, where {@code management.endpoint.oauthcc.access} is
 * {@code unrestricted}.
 */
@WebEndpoint(id = "oauthcc", defaultAccess = Access.READ_ONLY)
public final class MiddlewaresEndpoint {

	private final MiddlewareInspector middlewares;

	private final MiddlewareRoutes routes;

	/**
	 * Create an endpoint.
	 * @param middlewares the middlewares to show
	 * @param routes tells which routes use them
	 */
	public MiddlewaresEndpoint(MiddlewareInspector middlewares, MiddlewareRoutes routes) {
		this.middlewares = middlewares;
		this.routes = routes;
	}

	/**
	 * All middlewares.
	 * @return each by its name
	 */
	@ReadOperation
	public Mono<MiddlewaresDescriptor> middlewares() {
		return read().map(MiddlewaresDescriptor::new);
	}

	/**
	 * One middleware.
	 * @param name its name, or {@code route:} and the id of its route
	 * @return the middleware, empty if there is none of that name
	 */
	@ReadOperation
	public Mono<MiddlewareDescriptor> middleware(@Selector String name) {
		return read().mapNotNull((middlewares) -> middlewares.get(this.middlewares.nameOf(name)));
	}

	/** To count tokens takes a while if there are many. */
	private Mono<Map<String, MiddlewareDescriptor>> read() {
		return this.routes.byMiddleware().publishOn(Schedulers.boundedElastic()).map(this::describe);
	}

	private Map<String, MiddlewareDescriptor> describe(Map<String, List<String>> routes) {
		Map<String, TokenTally> tally = this.middlewares.tally();
		Map<String, MiddlewareDescriptor> descriptors = new TreeMap<>();
		this.middlewares.describe()
			.forEach((name, middleware) -> descriptors.put(name, MiddlewareDescriptor.of(middleware,
					routes.getOrDefault(name, List.of()), tally.getOrDefault(name, TokenTally.NONE))));
		return descriptors;
	}

	/**
	 * Drop the tokens of all middlewares.
	 */
	@DeleteOperation
	public void dropTokens() {
		this.middlewares.names().forEach(this.middlewares::dropTokens);
	}

	/**
	 * Drop the tokens of one middleware.
	 * @param name its name, or {@code route:} and the id of its route
	 * @return 204, or 404 if there is none of that name
	 */
	@DeleteOperation
	public WebEndpointResponse<Void> dropTokensOf(@Selector String name) {
		return new WebEndpointResponse<>(this.middlewares.dropTokens(name) ? WebEndpointResponse.STATUS_NO_CONTENT
				: WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/**
	 * All middlewares.
	 *
	 * @param middlewares each by its name
	 */
	public record MiddlewaresDescriptor(Map<String, MiddlewareDescriptor> middlewares) {

	}

}
