package io.oauthcc.gateway.token;

import java.time.Duration;
import java.util.List;

/**
 * How gateways share tokens. All that are to share some have the same prefix and secret.
 * <p>
 * {@link #toString()} shows no secret.
 *
 * @param keyPrefix what each key in the store begins with
 * @param secret what entries are encrypted under, of 16, 24 or 32 characters
 * @param previousSecrets what entries were encrypted under before, which are still read
 * @param lease for how long one gateway alone may ask for a token, unless it extends it
 * @param patience for how long the others wait for it
 * @param redis where the store is
 */
public record StoreSettings(String keyPrefix, String secret, List<String> previousSecrets, Duration lease,
		Duration patience, RedisSettings redis) {

	public StoreSettings {
		previousSecrets = List.copyOf(previousSecrets);
	}

	@Override
	public String toString() {
		return "StoreSettings[keyPrefix=" + this.keyPrefix + ", redis=" + this.redis + "]";
	}

}
