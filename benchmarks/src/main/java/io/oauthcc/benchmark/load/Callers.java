package io.oauthcc.benchmark.load;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * Callers on one thread, so that they take one core at most.
 */
final class Callers implements AutoCloseable {

	private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

	private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	private final int port;

	/**
	 * Create callers.
	 * @param port the gateway's
	 */
	Callers(int port) {
		this.port = port;
	}

	/**
	 * Open a connection.
	 * @param address number of the loopback address to come from, 0 to 65535
	 * @return the connection, once it is there
	 */
	CompletableFuture<CallerConnection> connect(int address) {
		CompletableFuture<CallerConnection> connected = new CompletableFuture<>();
		CallerConnection connection = new CallerConnection();
		SocketAddress from = new InetSocketAddress("127.1.%d.%d".formatted(address / 250 % 250, 1 + address % 250), 0);
		ChannelFuture connecting = new Bootstrap().group(this.loop)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
			.option(ChannelOption.TCP_NODELAY, true)
			.handler(new ChannelInitializer<>() {
				@Override
				protected void initChannel(Channel channel) {
					Callers.this.open.add(channel);
					connection.install(channel);
				}
			})
			.connect(new InetSocketAddress("127.0.0.1", this.port), from);
		connecting.addListener((done) -> {
			if (done.isSuccess()) {
				connected.complete(connection);
			}
			else {
				connected.completeExceptionally(done.cause());
			}
		});
		return connected;
	}

	/**
	 * A whole call on a connection of its own.
	 * @param address number of the loopback address to come from
	 * @param request what is sent
	 * @param tally is told of the outcome, and the time since {@code start}
	 * @param start when the call was due, as of {@link System#nanoTime()}
	 */
	CompletableFuture<String> call(int address, String request, Tally tally, long start) {
		return connect(address).thenCompose((connection) -> connection.send(request).whenComplete((answer, error) -> {
			connection.close();
		})).handle((status, error) -> {
			String outcome = (error == null) ? status : CallerConnection.nameOf(error);
			tally.add(outcome, System.nanoTime() - start);
			return outcome;
		});
	}

	/** Whatever it runs is run by the callers' thread. */
	ScheduledExecutorService thread() {
		return this.loop.next();
	}

	@Override
	public void close() {
		this.open.close().awaitUninterruptibly();
		this.loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
	}

}
