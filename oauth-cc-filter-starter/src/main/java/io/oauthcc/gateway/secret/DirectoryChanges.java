package io.oauthcc.gateway.secret;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Tells that something has changed in one of the directories that it watches. Whoever
 * relies on it looks now and then all the same: a change that happens elsewhere, behind a
 * link or on another host of a network's file system, is not seen.
 */
final class DirectoryChanges implements Disposable {

	private static final Log logger = LogFactory.getLog(DirectoryChanges.class);

	private final Sinks.Many<Boolean> changes = Sinks.many().multicast().directBestEffort();

	private @Nullable WatchService service;

	private boolean unavailable;

	/**
	 * Watch a directory from now on, if it is not watched yet.
	 * @param directory the directory
	 */
	synchronized void watch(Path directory) {
		if (this.unavailable) {
			return;
		}
		try {
			directory.register(start(directory), StandardWatchEventKinds.ENTRY_CREATE,
					StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY);
		}
		catch (IOException | ClosedWatchServiceException ex) {
			logger.debug("A directory cannot be watched, only looked at: " + ex.getClass().getSimpleName());
		}
	}

	private WatchService start(Path directory) throws IOException {
		WatchService service = this.service;
		if (service == null) {
			WatchService started = directory.getFileSystem().newWatchService();
			Thread thread = new Thread(() -> run(started), "oauthcc-secrets");
			thread.setDaemon(true);
			thread.start();
			this.service = started;
			return started;
		}
		return service;
	}

	private void run(WatchService service) {
		try {
			while (true) {
				WatchKey key = service.take();
				key.pollEvents();
				key.reset();
				this.changes.tryEmitNext(true);
			}
		}
		catch (ClosedWatchServiceException ex) {
			logger.trace("No longer watching");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A signal after each change. It may be lost if the last is still being looked at.
	 */
	Flux<Boolean> changes() {
		return this.changes.asFlux();
	}

	@Override
	public synchronized void dispose() {
		this.unavailable = true;
		if (this.service == null) {
			return;
		}
		try {
			this.service.close();
		}
		catch (IOException ex) {
			logger.debug("A watch does not end: " + ex.getClass().getSimpleName());
		}
	}

}
