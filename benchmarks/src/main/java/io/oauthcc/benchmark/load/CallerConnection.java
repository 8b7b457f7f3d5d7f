package io.oauthcc.benchmark.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the gateway on which a caller writes what it likes; one request at a
 * time.
 */
final class CallerConnection {

	private static final int PATIENCE_SECONDS = 15;

	private @Nullable Channel channel;

	private volatile @Nullable CompletableFuture<String> answer;

	void install(Channel channel) {
		this.channel = channel;
		channel.pipeline().addLast(new HttpResponseDecoder(), new Answers());
	}

	/**
	 * Send a request and wait for its answer.
	 * @param request what is written, one byte each character
	 * @return the status
	 */
	CompletableFuture<String> send(String request) {
		CompletableFuture<String> answer = new CompletableFuture<>();
		this.answer = answer;
		write(request);
		return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
	}

	void write(String bytes) {
		Channel channel = channel();
		channel.writeAndFlush(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1)).addListener((written) -> {
			if (!written.isSuccess()) {
				fail(written.cause());
			}
		});
	}

	boolean isOpen() {
		return channel().isActive();
	}

	void close() {
		channel().close();
	}

	/** Without a farewell. */
	void reset() {
		channel().config().setOption(ChannelOption.SO_LINGER, 0);
		channel().close();
	}

	private Channel channel() {
		return Objects.requireNonNull(this.channel, "It is not connected");
	}

	private void fail(Throwable cause) {
		CompletableFuture<String> waiting = this.answer;
		if (waiting != null) {
			waiting.completeExceptionally(cause);
		}
	}

	static String nameOf(Throwable error) {
		Throwable cause = (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
		if (cause instanceof TimeoutException) {
			return "no answer";
		}
		return (cause instanceof IOException) ? "broken" : cause.getClass().getSimpleName();
	}

	private final class Answers extends SimpleChannelInboundHandler<HttpObject> {

		private int status;

		@Override
		protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
			if (message instanceof HttpResponse response) {
				this.status = response.status().code();
			}
			if (message instanceof HttpContent content && content instanceof LastHttpContent) {
				CompletableFuture<String> waiting = CallerConnection.this.answer;
				if (waiting != null) {
					waiting.complete(Integer.toString(this.status));
				}
			}
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			fail(new IOException("Closed"));
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			fail(cause);
			context.close();
		}

	}

}
