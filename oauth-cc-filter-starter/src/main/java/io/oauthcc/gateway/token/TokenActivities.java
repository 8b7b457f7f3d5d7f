package io.oauthcc.gateway.token;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What has become of calls and tokens, for each middleware of this gateway.
 * <p>
 * Safe for use by many threads.
 */
public final class TokenActivities {

	private final ConcurrentMap<String, TokenActivity> activities = new ConcurrentHashMap<>();

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	/**
	 * The activity of a middleware.
	 * @param name the name of its grant
	 * @return the activity, the same each time as long as the middleware is in use
	 */
	public TokenActivity of(String name) {
		TokenActivity known = this.activities.get(name);
		return (known != null) ? known : add(name);
	}

	private synchronized TokenActivity add(String name) {
		TokenActivity known = this.activities.get(name);
		if (known != null) {
			return known;
		}
		TokenActivity activity = new TokenActivity(name);
		this.activities.put(name, activity);
		this.listeners.forEach((listener) -> listener.added(activity));
		return activity;
	}

	/**
	 * All that there are.
	 * @return the activities at present
	 */
	public Collection<TokenActivity> all() {
		return List.copyOf(this.activities.values());
	}

	/**
	 * Forget all others: routes come and go.
	 * @param names the names of the grants that are in use
	 */
	public synchronized void retain(Set<String> names) {
		for (TokenActivity activity : all()) {
			if (!names.contains(activity.name()) && this.activities.remove(activity.name(), activity)) {
				this.listeners.forEach((listener) -> listener.removed(activity));
			}
		}
	}

	/**
	 * Listen for activities that come and go.
	 * @param listener is told of each, those that there are included
	 */
	public synchronized void addListener(Listener listener) {
		this.listeners.add(listener);
		all().forEach(listener::added);
	}

	/**
	 * Listens for activities that come and go.
	 */
	public interface Listener {

		/**
		 * There is a new one.
		 * @param activity the activity
		 */
		void added(TokenActivity activity);

		/**
		 * One is no longer in use.
		 * @param activity the activity
		 */
		void removed(TokenActivity activity);

	}

}
