package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on the loopback address that reads a request as it should and then writes
 * whatever a test wants, which need not be HTTP.
 */
final class FaultyServer implements AutoCloseable {

	private final ServerSocket server;

	private final Answer answer;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final AtomicInteger requests = new AtomicInteger();

	private final CountDownLatch hangUp = new CountDownLatch(1);

	private FaultyServer(Answer answer) throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.answer = answer;
		this.threads.execute(this::accept);
	}

	static FaultyServer answering(Answer answer) {
		try {
			return new FaultyServer(answer);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static FaultyServer answering(String text) {
		return answering((connection) -> connection.write(text));
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getLocalPort() + "/token";
	}

	int requests() {
		return this.requests.get();
	}

	/** Waits until a client closes its connection. */
	boolean awaitHangUp() throws InterruptedException {
		return this.hangUp.await(10, TimeUnit.SECONDS);
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.server.accept();
				this.threads.execute(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			if (read(socket.getInputStream())) {
				this.requests.incrementAndGet();
				this.answer.write(new Connection(socket, this.closed));
			}
		}
		catch (IOException ex) {
			this.hangUp.countDown();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean read(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = in.read();
			if (next < 0) {
				return false;
			}
			head.append((char) next);
		}
		String lengthHeader = "content-length: ";
		int start = head.toString().toLowerCase(Locale.ROOT).indexOf(lengthHeader) + lengthHeader.length();
		int length = Integer.parseInt(head.substring(start, head.indexOf("\r\n", start)).trim());
		return in.readNBytes(length).length == length;
	}

	@Override
	public void close() throws IOException {
		this.closed.countDown();
		this.server.close();
		this.threads.shutdownNow();
	}

	/**
	 * Writes an answer; the connection ends with it.
	 */
	interface Answer {

		void write(Connection connection) throws IOException, InterruptedException;

	}

	/**
	 * One connection, whose request is read.
	 */
	record Connection(Socket socket, CountDownLatch closed) {

		Connection write(String text) throws IOException {
			OutputStream out = this.socket.getOutputStream();
			out.write(text.getBytes(StandardCharsets.UTF_8));
			out.flush();
			return this;
		}

		/** Writes until the client or the test has enough. */
		void writeForever(String text, long pauseMillis) throws IOException, InterruptedException {
			while (!this.closed.await(pauseMillis, TimeUnit.MILLISECONDS)) {
				write(text);
			}
		}

		/** Says nothing more until the client or the test hangs up. */
		void keepOpen() throws IOException {
			if (this.socket.getInputStream().read() < 0) {
				throw new IOException("The client hung up");
			}
		}

		/** Ends the connection with RST. */
		void reset() throws IOException {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}

	}

}
