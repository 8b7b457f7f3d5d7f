package io.oauthcc.gateway.token;

import java.util.Set;
import java.util.function.Predicate;

/**
 * The stores of this gateway; equal settings mean the same store.
 */
public interface TokenStores {

	/**
	 * The store that settings describe.
	 * @param settings the settings
	 * @return the store
	 */
	TokenStore of(StoreSettings settings);

	/**
	 * Close all other stores. One that is asked for later is there again.
	 * @param used the stores to keep
	 */
	void retain(Set<StoreSettings> used);

	/**
	 * Listen for tokens that other gateways no longer use.
	 * @param listener is told of each
	 */
	void onEviction(EvictionListener listener);

	/**
	 * Listens for tokens that other gateways no longer use.
	 */
	@FunctionalInterface
	interface EvictionListener {

		/**
		 * A token is not to be used any more.
		 * @param key its key
		 * @param evicted tells it from others with the same key
		 */
		void evicted(TokenKey key, Predicate<AccessToken> evicted);

	}

}
