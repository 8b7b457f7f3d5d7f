package io.oauthcc.gateway.secret;

import reactor.core.publisher.Flux;

/**
 * Reads secrets of one kind. Every bean of this type takes part: options may hold
 * references that begin with its prefix.
 * <p>
 * Implementations are safe for use by many threads.
 */
public interface SecretResolver {

	/**
	 * What its references begin with, and nothing else that may stand in an option.
	 * @return the prefix, such as {@code urn:k8s:secret:}
	 */
	String prefix();

	/**
	 * Read a reference.
	 * @param text begins with the prefix
	 * @return what it refers to
	 * @throws InvalidSecretReferenceException if it refers to nothing
	 */
	SecretReference parse(String text);

	/**
	 * What a secret holds, now and after each change. All that follows happens off the
	 * caller's thread; what the subscriber does, it does on a thread that may block.
	 * @param secret its name, as a {@link SecretReference} has it
	 * @return the snapshots, the first of them soon; neither completes nor fails. A
	 * source that cannot be asked any more changes nothing: the last snapshot stays.
	 */
	Flux<SecretSnapshot> snapshots(String secret);

}
