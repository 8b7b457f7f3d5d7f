package io.oauthcc.gateway.secret;

/**
 * A reference that refers to nothing, whatever secrets there are.
 */
public class InvalidSecretReferenceException extends RuntimeException {

	private final String action;

	/**
	 * Create an exception.
	 * @param problem what is wrong, as in "is not urn:file:&lt;path&gt;"
	 * @param action what to do about it
	 */
	public InvalidSecretReferenceException(String problem, String action) {
		super(problem);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return a sentence
	 */
	public String getAction() {
		return this.action;
	}

}
