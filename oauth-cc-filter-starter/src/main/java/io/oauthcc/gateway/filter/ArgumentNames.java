package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.event.FilterArgsEvent;
import org.springframework.cloud.gateway.support.NameUtils;

/**
 * The names under {@code args} as a user wrote them. Spring Cloud Gateway's binding drops
 * characters out of them that the name of a parameter or a header may well have; it
 * publishes the names, on the same thread, before it makes the filter.
 */
final class ArgumentNames {

	private static final ThreadLocal<Written> LAST = new ThreadLocal<>();

	private ArgumentNames() {
	}

	static void note(FilterArgsEvent event) {
		LAST.set(new Written(event.getRouteId(), Set.copyOf(event.getArgs().keySet())));
	}

	/**
	 * What is wrong with the names of the filter that is being made.
	 * @param routeId the filter's route, or {@code null} if it is not made of a
	 * definition
	 * @param bound the names that came of the binding
	 */
	static List<OptionError> check(@Nullable String routeId, Set<String> bound) {
		Written written = LAST.get();
		LAST.remove();
		return (written != null && written.routeId().equals(routeId)) ? check(written.names(), bound) : List.of();
	}

	static List<OptionError> check(Set<String> written, Set<String> bound) {
		return written.stream()
			.filter((name) -> !name.startsWith(NameUtils.GENERATED_NAME_PREFIX))
			.filter((name) -> !bound.contains(name.replace('[', '.').replace("]", "")))
			.map((name) -> new OptionError(name, "has a character that no name under 'args' can have",
					"Use a middleware below 'oauth-cc.middlewares', with the name in brackets: '[%s]'."
						.formatted(name.substring(name.indexOf('.') + 1))))
			.toList();
	}

	/** No values: those may be secrets. */
	private record Written(String routeId, Set<String> names) {

	}

}
