package io.oauthcc.benchmark;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a token in memory costs to find, among few and many, by one and several threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx6g")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class CacheBenchmark {

	@Param({ "1", "1000", "1000000" })
	public int keys = 1;

	private final CachingAccessTokenSource tokens = Fixtures.tokens(2_000_000);

	private AccessTokenRequest[] requests = new AccessTokenRequest[0];

	/**
	 * What finding one of so many costs in any case, since it is in no processor's cache.
	 */
	private final Cache<TokenKey, AccessToken> alone = Caffeine.newBuilder()
		.maximumSize(2_000_000)
		.expireAfter(Expiry.<TokenKey, AccessToken>writing((key, token) -> Duration.ofHours(1)))
		.executor(Runnable::run)
		.build();

	@Setup
	public void fill() {
		AccessTokenRequests requests = Fixtures.requests();
		this.requests = new AccessTokenRequest[this.keys];
		for (int i = 0; i < this.keys; i++) {
			AccessTokenRequest request = requests
				.with(ClientCredentials.ofCaller("client-" + i, Fixtures.CLIENT_SECRET, Fixtures.AUTHORIZATION));
			this.requests[i] = request;
			this.alone.put(request.key(),
					Objects.requireNonNull(this.tokens.getToken(request, Admission.FREE).block()));
		}
	}

	@TearDown
	public void close() {
		this.tokens.destroy();
	}

	@Benchmark
	@Threads(1)
	public @Nullable AccessToken oneThread() {
		return find();
	}

	@Benchmark
	@Threads(2)
	public @Nullable AccessToken twoThreads() {
		return find();
	}

	@Benchmark
	@Threads(8)
	public @Nullable AccessToken eightThreads() {
		return find();
	}

	@Benchmark
	@Threads(1)
	public @Nullable AccessToken caffeineAlone() {
		return this.alone.getIfPresent(this.requests[ThreadLocalRandom.current().nextInt(this.keys)].key());
	}

	private @Nullable AccessToken find() {
		return this.tokens.find(this.requests[ThreadLocalRandom.current().nextInt(this.keys)]);
	}

}
