package io.oauthcc.gateway.filter;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.text.ParseException;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import io.oauthcc.gateway.token.DpopKey;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;

/**
 * Checks the options about keys that tokens are bound to. Notes every error and goes on.
 */
final class DpopOptionsChecker {

	private final OAuthClientCredentialsOptions options;

	private final OptionErrors errors;

	private final Supplier<DpopKey> gatewayKey;

	DpopOptionsChecker(OAuthClientCredentialsOptions options, OptionErrors errors, Supplier<DpopKey> gatewayKey) {
		this.options = options;
		this.errors = errors;
		this.gatewayKey = gatewayKey;
	}

	/**
	 * The key that tokens are bound to.
	 * @param shared whether gateways share tokens
	 * @return the key, or {@code null} if tokens are bound to none
	 */
	@Nullable DpopKey key(boolean shared) {
		String text = OptionErrors.text(this.options.getDpopKey());
		if (!Boolean.TRUE.equals(this.options.getDpop())) {
			// A middleware may switch off what the defaults say.
			if (text != null && this.options.getDpop() == null) {
				this.errors.add("dpopKey", "means nothing, since no token is bound to it", "Set 'dpop' to true.");
			}
			return null;
		}
		if (text != null) {
			return given(text);
		}
		if (shared) {
			this.errors.add("dpopKey", "missing, though there is a store: no other gateway could use a token of it",
					"Set 'dpopKey' to a key that all gateways with that store have.");
			return null;
		}
		return this.gatewayKey.get();
	}

	private @Nullable DpopKey given(String text) {
		try {
			return new DpopKey(text.trim().startsWith("{") ? ECKey.parse(text) : ofPem(text));
		}
		catch (ParseException | GeneralSecurityException | IllegalArgumentException | IllegalStateException ex) {
			// Its message may quote the key.
			this.errors.add("dpopKey", "is no private EC key on the curve P-256 that can be read",
					"Put the text of a PEM there, such as 'openssl ecparam -name prime256v1 -genkey -noout' makes, or a JWK.");
			return null;
		}
	}

	private static ECKey ofPem(String text) throws GeneralSecurityException {
		PrivateKey key = PemContent.of(text).getPrivateKey();
		if (!(key instanceof ECPrivateKey privateKey)
				|| !Curve.P_256.equals(Curve.forECParameterSpec(privateKey.getParams()))) {
			throw new IllegalArgumentException("No EC key on the curve P-256");
		}
		return new ECKey.Builder(Curve.P_256, EcPublicKeys.of(privateKey)).privateKey(privateKey).build();
	}

}
