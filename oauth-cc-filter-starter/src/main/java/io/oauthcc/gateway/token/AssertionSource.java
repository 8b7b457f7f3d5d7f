package io.oauthcc.gateway.token;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where the assertions come from by which a client authenticates itself.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-2.2">RFC 7523, section
 * 2.2</a>
 */
public sealed interface AssertionSource permits SigningKey, IssuedAssertion {

	/**
	 * What tells the client from others, for the key of its tokens.
	 * @return texts, some of them {@code null}, all of which are equal for the same
	 * client
	 */
	List<@Nullable String> traits();

}
