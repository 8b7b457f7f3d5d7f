package io.oauthcc.gateway.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

import io.oauthcc.gateway.fixture.RawMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A server that keeps connections open, on sockets, so that nothing of Reactor Netty's is
 * on both sides, and which can go away and come back on the same port.
 */
final class SoakServer implements AutoCloseable {

	private static final int ATTEMPTS = 100;

	private static final Log logger = LogFactory.getLog(SoakServer.class);

	private final Handler handler;

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "soak-server");
		thread.setDaemon(true);
		return thread;
	});

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private volatile ServerSocket server;

	private SoakServer(ServerSocket server, Handler handler) {
		this.server = server;
		this.handler = handler;
		accept(server);
	}

	static SoakServer start(Handler handler) {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try {
				// One that no outgoing connection gets while the server is away.
				return new SoakServer(listen(ThreadLocalRandom.current().nextInt(22_000, 32_000)), handler);
			}
			catch (IOException ex) {
				// Taken.
				Thread.onSpinWait();
			}
		}
		throw new IllegalStateException("No port is free");
	}

	private static ServerSocket listen(int port) throws IOException {
		ServerSocket server = new ServerSocket();
		try {
			server.setReuseAddress(true);
			server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
			return server;
		}
		catch (IOException ex) {
			server.close();
			throw ex;
		}
	}

	int port() {
		return this.server.getLocalPort();
	}

	/** Refuse connections, and close those that are there. */
	void goAway() {
		try {
			this.server.close();
			for (Socket socket : this.connections) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void comeBack() {
		try {
			this.server = listen(port());
			accept(this.server);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket from) {
		this.threads.execute(() -> {
			try {
				while (true) {
					Socket socket = from.accept();
					this.connections.add(socket);
					this.threads.execute(() -> serve(socket));
				}
			}
			catch (IOException ex) {
				// Gone away.
			}
		});
	}

	private void serve(Socket socket) {
		try (socket) {
			socket.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(socket.getInputStream());
			RawMessage head = RawMessage.readHead(in);
			while (head != null) {
				this.handler.handle(new Exchange(head, in, socket));
				head = socket.isClosed() ? null : RawMessage.readHead(in);
			}
		}
		catch (IOException ex) {
			// The gateway has gone: its callers tell.
		}
		catch (RuntimeException ex) {
			// Seen beside the failure that it causes.
			logger.error("A server of the soak has hung up", ex);
		}
		finally {
			this.connections.remove(socket);
		}
	}

	@Override
	public void close() {
		goAway();
		this.threads.shutdownNow();
	}

	/**
	 * Answers requests, each on the thread of its connection.
	 */
	interface Handler {

		void handle(Exchange exchange) throws IOException;

	}

	/**
	 * A request whose body is still to be read, and what it is answered on.
	 */
	record Exchange(RawMessage head, InputStream in, Socket socket) {

		String header(String name) {
			return String.join(",", this.head.values(name));
		}

		String path() {
			String line = this.head.startLine();
			return line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
		}

		String readBody() throws IOException {
			return this.head.withBody(this.in).body();
		}

		void answer(String status, String headers, String body) throws IOException {
			write("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s".formatted(status, headers, body.length(), body));
		}

		void write(String text) throws IOException {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
		}

		/** Ends the connection with RST. */
		void reset() throws IOException {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}

	}

}
