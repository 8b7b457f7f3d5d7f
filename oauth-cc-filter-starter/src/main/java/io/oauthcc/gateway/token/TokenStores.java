package io.oauthcc.gateway.token;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
	 * The stores that there are.
	 * @return for each name of a Redis whether it is used at present
	 */
	Map<String, Boolean> availability();

	/**
	 * How many entries did not open.
	 * @return the number since the start; each was replaced
	 */
	long unreadableEntries();

	/**
	 * Listen for stores that come into use.
	 * @param listener is told the name of the Redis of each, those that there are
	 * included, some of them twice
	 */
	void onOpen(Consumer<String> listener);

	/**
	 * Listen for tokens that other gateways no longer use.
	 * @param listener is told of each
	 */
	void onEviction(EvictionListener listener);

	/**
	 * Listens for tokens that other gateways no longer use.
	 */
	interface EvictionListener {

		/**
		 * A token is not to be used any more.
		 * @param key its key
		 * @param evicted tells it from others with the same key
		 */
		void evicted(TokenKey key, Predicate<AccessToken> evicted);

		/**
		 * None of the tokens of a grant are to be used any more.
		 * @param family the key of the grant
		 */
		void evictedAll(TokenKey family);

	}

}
