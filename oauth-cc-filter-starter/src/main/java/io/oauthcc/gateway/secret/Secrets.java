package io.oauthcc.gateway.secret;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

import org.springframework.beans.factory.DisposableBean;

/**
 * The secrets that options refer to, each read once and kept up to date as long as the
 * gateway runs.
 * <p>
 * Safe for use by many threads.
 */
public final class Secrets implements DisposableBean {

	private static final Log logger = LogFactory.getLog(Secrets.class);

	private static final SecretSnapshot NOT_YET = SecretSnapshot.missing("it has not been read yet", "Wait a moment.");

	private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

	private final List<SecretResolver> resolvers;

	private final ConcurrentMap<SecretName, Watched> watched = new ConcurrentHashMap<>();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final LongAdder changes = new LongAdder();

	/**
	 * Create without any secret.
	 * @param resolvers read them
	 */
	public Secrets(Collection<? extends SecretResolver> resolvers) {
		this.resolvers = List.copyOf(resolvers);
	}

	/**
	 * Whether a text is a reference, well-formed or not.
	 * @param text any text
	 * @return {@code true} if it begins with the prefix of a resolver
	 */
	public boolean isReference(String text) {
		return resolverOf(text) != null;
	}

	private @Nullable SecretResolver resolverOf(String text) {
		for (SecretResolver resolver : this.resolvers) {
			if (text.startsWith(resolver.prefix())) {
				return resolver;
			}
		}
		return null;
	}

	/**
	 * A view in which each secret stays as it was when it was first looked at.
	 * @return the view
	 */
	public View view() {
		return new View();
	}

	/**
	 * Have something done after each change of a secret.
	 * @param listener is called on a thread that may block
	 */
	public void onChange(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * How often a secret has changed.
	 * @return the number since the start, first readings included
	 */
	public long changes() {
		return this.changes.sum();
	}

	/**
	 * Wait until all secrets that were asked for have been read, or found missing.
	 * Blocks.
	 * @param limit for how long at most
	 */
	public void awaitFirstRead(Duration limit) {
		try {
			Flux.fromIterable(new ArrayList<>(this.watched.values()))
				.flatMap((secret) -> secret.first.asMono())
				.then()
				.toFuture()
				.get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("Not all secrets have been read yet");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Watched watch(SecretResolver resolver, SecretName name) {
		Watched secret = this.watched.get(name);
		if (secret != null) {
			return secret;
		}
		Watched unread = new Watched();
		Watched other = this.watched.putIfAbsent(name, unread);
		if (other != null) {
			return other;
		}
		unread.subscription = Flux.defer(() -> resolver.snapshots(name.secret()))
			.doOnError((error) -> failed(name, error))
			.retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_WAIT).maxBackoff(LONGEST_WAIT))
			.subscribe((snapshot) -> read(name, unread, snapshot), (error) -> failed(name, error));
		return unread;
	}

	private void read(SecretName name, Watched secret, SecretSnapshot snapshot) {
		if (!secret.take(snapshot)) {
			return;
		}
		this.changes.increment();
		for (Runnable listener : this.listeners) {
			try {
				listener.run();
			}
			catch (RuntimeException ex) {
				// The others follow it all the same, and this one the next change.
				failed(name, ex);
			}
		}
		secret.first.tryEmitEmpty();
	}

	/** The exception's message may quote a value. */
	private static void failed(SecretName name, Throwable error) {
		logger.error("A change of the secret %s%s was not taken in: %s".formatted(name.prefix(), name.secret(),
				error.getClass().getName()));
	}

	/**
	 * Keep up to date no other secrets than these any more.
	 * @param used the secrets that are in use; others are read anew when they are looked
	 * at again
	 */
	public void retain(Set<SecretName> used) {
		for (SecretName name : List.copyOf(this.watched.keySet())) {
			Watched unused = used.contains(name) ? null : this.watched.remove(name);
			if (unused != null) {
				unused.dispose();
			}
		}
	}

	@Override
	public void destroy() {
		this.watched.values().forEach(Watched::dispose);
	}

	/**
	 * References as they stand at one moment. Not safe for use by many threads.
	 */
	public final class View {

		private final Map<SecretName, SecretSnapshot> taken = new HashMap<>();

		private View() {
		}

		/**
		 * The secrets that were looked at.
		 * @return their names
		 */
		public Set<SecretName> secrets() {
			return Set.copyOf(this.taken.keySet());
		}

		/**
		 * What a reference stands for.
		 * @param text begins with the prefix of a resolver
		 * @return its value, or why there is none
		 * @throws InvalidSecretReferenceException if it refers to nothing
		 */
		public SecretValue value(String text) {
			SecretResolver resolver = resolverOf(text);
			if (resolver == null) {
				throw new InvalidSecretReferenceException("is no reference", "Remove it.");
			}
			SecretReference reference = resolver.parse(text);
			SecretName name = new SecretName(resolver.prefix(), reference.secret());
			return this.taken.computeIfAbsent(name, (absent) -> watch(resolver, absent).current).value(reference.key());
		}

	}

	private static final class Watched {

		private final Sinks.Empty<Void> first = Sinks.empty();

		private volatile SecretSnapshot current = NOT_YET;

		private volatile @Nullable Disposable subscription;

		/** Whether it is another than before. */
		private boolean take(SecretSnapshot snapshot) {
			if (snapshot.equals(this.current)) {
				return false;
			}
			this.current = snapshot;
			return true;
		}

		private void dispose() {
			Disposable subscription = this.subscription;
			if (subscription != null) {
				subscription.dispose();
			}
		}

	}

}
