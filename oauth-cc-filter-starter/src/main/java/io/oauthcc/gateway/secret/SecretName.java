package io.oauthcc.gateway.secret;

/**
 * Names a secret among those of all kinds. It is no secret itself.
 *
 * @param prefix the prefix of the {@link SecretResolver} that reads it
 * @param secret its name, as that resolver knows it
 */
public record SecretName(String prefix, String secret) {

}
