package io.oauthcc.gateway.claims;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import io.oauthcc.gateway.claims.ClaimValue.StringValue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes {@link ClaimPath} and {@link Claims#text}: a key, an empty line, claims. The
 * lines of the key are also taken for names, which a key is written of.
 */
class ClaimPathFuzzTests {

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void parseWhenAnyTextThenClaimIsFoundOrMessage(byte[] input) {
		FuzzInput parts = FuzzInput.of(input);
		String key = FuzzInput.text(parts.head());
		assertFoundOrMessage(key, FuzzInput.claims(parts.body()));
		List<String> names = key.lines().filter((name) -> !name.isEmpty()).toList();
		if (!names.isEmpty()) {
			assertThat(nested(names).text(ClaimPath.parse(write(names)))).isEqualTo("found");
		}
	}

	private static void assertFoundOrMessage(String key, Claims claims) {
		ClaimPath path;
		try {
			path = ClaimPath.parse(key);
		}
		catch (InvalidClaimsExpressionException ex) {
			assertThat(ex.getMessage()).matches(FuzzInput.MESSAGE);
			return;
		}
		assertThat(path).hasToString(key);
		assertThat(ClaimPath.parse(path.toString())).isEqualTo(path).hasSameHashCodeAs(path);
		ClaimValue value = claims.find(path);
		assertThat(claims.text(path)).isEqualTo((value != null) ? value.text() : "");
	}

	private static String write(List<String> names) {
		return names.stream()
			.map((name) -> name.replace("\\", "\\\\").replace(".", "\\."))
			.collect(Collectors.joining("."));
	}

	private static Claims nested(List<String> names) {
		ObjectValue claims = new ObjectValue(Map.of(names.get(names.size() - 1), new StringValue("found")));
		for (int i = names.size() - 2; i >= 0; i--) {
			claims = new ObjectValue(Map.of(names.get(i), claims));
		}
		return new Claims(claims);
	}

}
