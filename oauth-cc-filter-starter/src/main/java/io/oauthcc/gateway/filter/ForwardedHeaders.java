package io.oauthcc.gateway.filter;

import java.util.List;

import io.oauthcc.gateway.claims.ClaimPath;
import io.oauthcc.gateway.claims.Claims;

import org.springframework.http.HttpHeaders;

/**
 * Headers that tell the service what a token's claims say. A caller's own headers of
 * these names never reach it, however they are spelt.
 *
 * @param headers each header and its claim
 */
record ForwardedHeaders(List<Header> headers) {

	ForwardedHeaders {
		headers = List.copyOf(headers);
	}

	boolean isEmpty() {
		return this.headers.isEmpty();
	}

	/** The values of the headers, in their order. */
	List<String> valuesOf(Claims claims) {
		return this.headers.stream().map((header) -> HeaderValue.encode(claims.text(header.claim()))).toList();
	}

	/**
	 * Put the headers in the place of the caller's.
	 * @param request the headers of the request
	 * @param values as {@link #valuesOf} has made them
	 */
	void write(HttpHeaders request, List<String> values) {
		if (this.headers.isEmpty()) {
			return;
		}
		removeFrom(request);
		for (int i = 0; i < this.headers.size(); i++) {
			request.set(this.headers.get(i).name(), values.get(i));
		}
	}

	private void removeFrom(HttpHeaders request) {
		// A copy, as removing takes one, and cheaper than the names alone, which are
		// compared again.
		for (String name : request.toSingleValueMap().keySet()) {
			if (isOne(name)) {
				request.remove(name);
			}
		}
		ListedNames.remove(request, HttpHeaders.TRAILER, this::isOne);
	}

	/** Whether a service may take the name for one of these. */
	boolean isOne(String name) {
		for (int i = 0; i < this.headers.size(); i++) {
			if (isSame(this.headers.get(i).name(), name)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a service may take one name for the other: CGI and what follows it know
	 * neither case, nor one character from another that is no letter and no digit.
	 */
	static boolean isSame(String one, String other) {
		if (one.length() != other.length()) {
			return false;
		}
		for (int i = 0; i < one.length(); i++) {
			if (folded(one.charAt(i)) != folded(other.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static char folded(char character) {
		if (character >= 'A' && character <= 'Z') {
			return (char) (character + ('a' - 'A'));
		}
		boolean kept = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
		return kept ? character : '-';
	}

	/**
	 * One header.
	 *
	 * @param name its name
	 * @param claim the claim whose value it has
	 */
	record Header(String name, ClaimPath claim) {

	}

}
