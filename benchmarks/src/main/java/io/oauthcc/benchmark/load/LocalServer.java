package io.oauthcc.benchmark.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;

/**
 * An HTTP server on one thread that keeps connections open and nothing of what it is
 * asked. Plain Netty: with Reactor Netty 1.3.7 a kept-alive request may stay unread.
 */
abstract class LocalServer implements AutoCloseable {

	private static final int LONGEST_BODY = 16 * 1024 * 1024;

	private static final int BACKLOG = 4096;

	private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final Channel channel;

	LocalServer() {
		this.channel = new ServerBootstrap().group(this.loops)
			.channel(NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.childHandler(new ChannelInitializer<>() {
				@Override
				protected void initChannel(Channel accepted) {
					accepted.pipeline()
						.addLast(new HttpServerCodec(), new HttpObjectAggregator(LONGEST_BODY), new Handler());
				}
			})
			.bind(InetAddress.getLoopbackAddress(), 0)
			.syncUninterruptibly()
			.channel();
	}

	/** Called by the server's one thread. */
	abstract Answer answer(FullHttpRequest request);

	final String url() {
		return "http://127.0.0.1:" + ((InetSocketAddress) this.channel.localAddress()).getPort();
	}

	@Override
	public void close() {
		this.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
	}

	private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

		@Override
		protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
			Answer answer = answer(request);
			if (answer.after().isZero()) {
				write(context, answer);
				return;
			}
			context.executor().schedule(() -> write(context, answer), answer.after().toMillis(), TimeUnit.MILLISECONDS);
		}

		private static void write(ChannelHandlerContext context, Answer answer) {
			FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
					HttpResponseStatus.valueOf(answer.status()),
					Unpooled.copiedBuffer(answer.body(), StandardCharsets.US_ASCII));
			response.headers()
				.set(HttpHeaderNames.CONTENT_TYPE, "application/json")
				.set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
			context.writeAndFlush(response, context.voidPromise());
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

	/**
	 * What is answered, and after which time.
	 */
	record Answer(int status, String body, Duration after) {

	}

}
