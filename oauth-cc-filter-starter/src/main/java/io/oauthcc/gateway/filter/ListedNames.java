package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.function.Predicate;

import org.springframework.http.HttpHeaders;

/**
 * The names of other headers that a header lists, such as {@code Connection}.
 */
final class ListedNames {

	private ListedNames() {
	}

	/**
	 * Take names off a list. It is read as the gateway reads it, which knows quotes and
	 * white space inside; what is no name then goes as well, since it could become some
	 * when the list is read anew.
	 * @param headers the headers of the request
	 * @param list the header that lists names
	 * @param unwanted tells the names to take off
	 */
	static void remove(HttpHeaders headers, String list, Predicate<String> unwanted) {
		if (!headers.containsHeader(list)) {
			return;
		}
		List<String> names = headers.getValuesAsList(list);
		List<String> others = names.stream()
			.filter((name) -> OptionErrors.isHeaderName(name) && !unwanted.test(name))
			.toList();
		if (others.isEmpty()) {
			headers.remove(list);
		}
		else if (others.size() < names.size()) {
			headers.set(list, String.join(", ", others));
		}
	}

}
