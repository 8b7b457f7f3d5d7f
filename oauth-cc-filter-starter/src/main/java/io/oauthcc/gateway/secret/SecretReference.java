package io.oauthcc.gateway.secret;

/**
 * Names one value of a secret.
 *
 * @param text the reference as it stands in the configuration, which is no secret itself
 * @param secret the name of the secret, as its {@link SecretResolver} knows it
 * @param key which of the secret's values
 */
public record SecretReference(String text, String secret, String key) {

}
