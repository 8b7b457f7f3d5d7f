package io.oauthcc.benchmark;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.ClientCredentials;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the key of a caller's token costs, beside a bare digest of the same input.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyBenchmark {

	private final AccessTokenRequests requests = Fixtures.requests();

	private final ClientCredentials credentials = ClientCredentials.ofCaller(Fixtures.CLIENT_ID, Fixtures.CLIENT_SECRET,
			Fixtures.AUTHORIZATION);

	private final byte[] input = (Fixtures.CLIENT_ID + Fixtures.CLIENT_SECRET).getBytes(StandardCharsets.UTF_8);

	private final Mac mac = newMac();

	private static Mac newMac() {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A bare HMAC-SHA-256 over id and secret. */
	@Benchmark
	public byte[] digest() {
		return this.mac.doFinal(this.input);
	}

	/** The request of a caller, with its key. */
	@Benchmark
	public AccessTokenRequest key() {
		return this.requests.with(this.credentials);
	}

}
