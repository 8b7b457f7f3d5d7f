package io.oauthcc.gateway.claims;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Claims} and {@link ClaimPath}.
 */
class ClaimsTests {

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '~', textBlock = """
			"a b"                                   => ~a b~
			" a "                                   => ~ a ~
			"Grüße 😀"                               => Grüße 😀
			"a\\r\\nb"                              => ~a\r\nb~
			""                                      => ~~
			1                                       => 1
			1.0                                     => 1.0
			1e3                                     => 1e3
			1E+3                                    => 1E+3
			-0                                      => -0
			-0.0e-0                                 => -0.0e-0
			123456789012345678901234567890.12345    => 123456789012345678901234567890.12345
			true                                    => true
			false                                   => false
			null                                    => ~~
			[]                                      => ~~
			["a"]                                   => a
			["a","b c",1,1.0,true]                  => a,b c,1,1.0,true
			["a",null,"","b"]                       => a,,,b
			[null,null]                             => ~,~
			[["a","b"],{"c":[1,null]},"d"]          => ["a","b"],{"c":[1,null]},d
			{}                                      => {}
			{ "z" : 1.0 , "a" : [ true , null ] }   => {"z":1.0,"a":[true,null]}
			{"q\\"":"\\\\ \\/ \\u0041"}             => {"q\\"":"\\\\ / A"}
			{"n":"\\n","ü":"😀\\u007f"}              => {"n":"\\u000a","\\u00fc":"\\ud83d\\ude00\\u007f"}
			""")
	void textWhenValueThenAsHeadersCarryIt(String json, String text) {
		assertThat(TestJwts.claims("{\"c\":%s}".formatted(json)).text(ClaimPath.parse("c"))).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "missing, ''", "o.k, v", "o.missing, ''", "o.k.x, ''", "s.x, ''", "a.0, ''", "d\\.t, dotted",
			"b\\\\s, back", "o.in\\.ner.k, deep" })
	void textWhenPathThenFound(String path, String text) {
		Claims claims = TestJwts
			.claims("""
					{"o":{"k":"v","in.ner":{"k":"deep"}},"s":"t","a":["e"],"d.t":"dotted","d":{"t":"nested"},"b\\\\s":"back"}""");
		assertThat(claims.text(ClaimPath.parse(path))).isEqualTo(text);
	}

	@Test
	void equalsWhenPathsHaveTheSameNamesThenEqual() {
		assertThat(ClaimPath.parse("a.b")).isEqualTo(ClaimPath.parse("a.b"))
			.hasSameHashCodeAs(ClaimPath.parse("a.b"))
			.isNotEqualTo(ClaimPath.parse("a\\.b"))
			.hasToString("a.b");
	}

	@Test
	void toStringWhenClaimsThenNoNameAndNoValue() {
		Claims claims = TestJwts.claims("{\"hush\":{\"hush\":[\"hush\",null,1234,true]}}");
		assertThat(claims).hasToString("Claims[1]");
		assertThat(claims.find(ClaimPath.parse("hush"))).hasToString("object");
		assertThat(String.valueOf(claims.find(ClaimPath.parse("hush.hush")))).isEqualTo("array");
		assertThat(new ClaimValue.StringValue("hush")).hasToString("string");
		assertThat(new ClaimValue.LiteralValue("1234")).hasToString("number or boolean");
		assertThat(ClaimValue.NullValue.NULL).hasToString("null");
	}

}
