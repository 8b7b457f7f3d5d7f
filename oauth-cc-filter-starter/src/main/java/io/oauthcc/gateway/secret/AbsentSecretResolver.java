package io.oauthcc.gateway.secret;

import reactor.core.publisher.Flux;

/**
 * Stands for a resolver whose library is not on the class path, so that a reference for
 * it is not taken for an ordinary text.
 */
public final class AbsentSecretResolver implements SecretResolver {

	private final String prefix;

	private final String dependency;

	/**
	 * Create a stand-in.
	 * @param prefix how the references begin
	 * @param dependency the artifact to add
	 */
	public AbsentSecretResolver(String prefix, String dependency) {
		this.prefix = prefix;
		this.dependency = dependency;
	}

	@Override
	public String prefix() {
		return this.prefix;
	}

	@Override
	public SecretReference parse(String text) {
		throw new InvalidSecretReferenceException("cannot be read without '%s'".formatted(this.dependency),
				"Add the dependency '%s'.".formatted(this.dependency));
	}

	@Override
	public Flux<SecretSnapshot> snapshots(String secret) {
		throw new UnsupportedOperationException("There is no reference without its library");
	}

}
