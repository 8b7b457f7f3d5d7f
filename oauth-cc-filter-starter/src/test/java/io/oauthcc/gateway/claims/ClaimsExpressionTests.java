package io.oauthcc.gateway.claims;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClaimsExpression}.
 */
class ClaimsExpressionTests {

	/** The claims that the examples of Traefik's documentation are true for. */
	private static final String DOCUMENTED = """
			{"active":true,"grp":"admin","scope":"reader writer deploy","referrer":"http://example.com/foo/bar",
			"areas":["office","home"]}""";

	private static final String CLAIMS = """
			{"active":true,"grp":"admin","scope":"reader writer deploy","referrer":"http://example.com/foo/bar",
			"areas":["office","home"],"one":1,"oneDot":1.0,"exp":1e3,"neg":-0,"empty":"","none":null,"emptyList":[],
			"obj":{"a":{"b":"deep"},"list":["x"],"n":7},"a.b":"dotted","a.":"dot at end","back\\\\slash":"b",
			"mixed":[1,1.0,true,null,"s",["in"],{"k":"v"}],"csv":" a, b ,,c\\t","uni":"Grüße 😀","quoted":"a\\"b",
			"lines":"a\\nb"," spaced ":"x","json":"{\\"a\\":1}","dashes":"a--b---c",
			"wide":"a\\u3000,\\u00a0b"}""";

	@ParameterizedTest
	@ValueSource(strings = { "Equals(`grp`, `admin`)", "Equals(`active`, `true`)",
			"Prefix(`referrer`, `http://example.com`)", "Contains(`referrer`, `/foo/`)", "Contains(`areas`, `home`)",
			"SplitContains(`scope`, ` `, `writer`)", "OneOf(`areas`, `office`, `lab`)", "!Equals(`grp`, `testers`)" })
	void testWhenDocumentedExampleThenTrue(String expression) {
		assertThat(ClaimsExpression.parse(expression).test(TestJwts.claims(DOCUMENTED))).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '~', textBlock = """
			Equals(`grp`,`admin`)                                              => true
			Equals(`grp`,`admi`)                                               => false
			Equals(`grp`,`Admin`)                                              => false
			Equals(`grp`,` admin`)                                             => false
			Equals(`Grp`,`admin`)                                              => false
			Equals(`active`,`true`)                                            => true
			Equals(`active`,`True`)                                            => false
			Equals(`one`,`1`)                                                  => true
			Equals(`one`,`1.0`)                                                => false
			Equals(`one`,`01`)                                                 => false
			Equals(`oneDot`,`1.0`)                                             => true
			Equals(`oneDot`,`1`)                                               => false
			Equals(`exp`,`1e3`)                                                => true
			Equals(`exp`,`1000`)                                               => false
			Equals(`exp`,`1E3`)                                                => false
			Equals(`neg`,`-0`)                                                 => true
			Equals(`neg`,`0`)                                                  => false
			Equals(`empty`,``)                                                 => true
			Equals(`none`,``)                                                  => false
			Equals(`none`,`null`)                                              => false
			Equals(`missing`,``)                                               => false
			!Equals(`missing`,`x`)                                             => true
			!Equals(`none`,`x`)                                                => true
			!Equals(`obj`,`x`)                                                 => true
			Equals(`areas`,`office`)                                           => false
			Equals(`areas`,`office,home`)                                      => false
			Equals(`emptyList`,``)                                             => false
			Equals(`obj.a.b`,`deep`)                                           => true
			Equals(`obj.n`,`7`)                                                => true
			Equals(`obj.a`,`deep`)                                             => false
			Equals(`obj.a.b.c`,`deep`)                                         => false
			Equals(`obj.b`,`deep`)                                             => false
			Equals(`grp.a`,`admin`)                                            => false
			Equals(`none.a`,`x`)                                               => false
			Equals(`mixed.0`,`1`)                                              => false
			Equals(`json.a`,`1`)                                               => false
			Equals(`a.b`,`dotted`)                                             => false
			Equals(`a\\.b`,`dotted`)                                           => true
			Equals(`a\\.`,`dot at end`)                                        => true
			Equals(`back\\\\slash`,`b`)                                        => true
			Equals(` spaced `,`x`)                                             => true
			Equals(`spaced`,`x`)                                               => false
			Equals(`uni`,`Grüße 😀`)                                            => true
			Equals(`quoted`,`a"b`)                                             => true
			Equals(`quoted`,`a\\"b`)                                           => false
			Prefix(`referrer`,`http://`)                                       => true
			Prefix(`referrer`,`http://example.com/foo/bar`)                    => true
			Prefix(`referrer`,`http://example.com/foo/bar/`)                   => false
			Prefix(`referrer`,`example`)                                       => false
			Prefix(`one`,`1`)                                                  => false
			Prefix(`active`,`t`)                                               => false
			Prefix(`areas`,`off`)                                              => false
			Prefix(`empty`,`a`)                                                => false
			!Prefix(`missing`,`a`)                                             => true
			Contains(`referrer`,`/foo/`)                                       => true
			Contains(`referrer`,`/FOO/`)                                       => false
			Contains(`grp`,`admin`)                                            => true
			Contains(`areas`,`home`)                                           => true
			Contains(`areas`,`hom`)                                            => false
			Contains(`areas`,`office,home`)                                    => false
			Contains(`mixed`,`1`)                                              => true
			Contains(`mixed`,`1.0`)                                            => true
			Contains(`mixed`,`1.00`)                                           => false
			Contains(`mixed`,`true`)                                           => true
			Contains(`mixed`,`null`)                                           => false
			Contains(`mixed`,`in`)                                             => false
			Contains(`mixed`,`v`)                                              => false
			Contains(`mixed`,`k`)                                              => false
			Contains(`exp`,`e`)                                                => false
			Contains(`emptyList`,`x`)                                          => false
			Contains(`obj`,`a`)                                                => false
			Contains(`obj.list`,`x`)                                           => true
			Contains(`uni`,`😀`)                                               => true
			SplitContains(`scope`,` `,`reader`)                                => true
			SplitContains(`scope`,` `,`deploy`)                                => true
			SplitContains(`scope`,` `,`write`)                                 => false
			SplitContains(`scope`,` `,`writers`)                               => false
			SplitContains(`scope`,`,`,`reader`)                                => false
			SplitContains(`scope`,`,`,`reader writer deploy`)                  => true
			SplitContains(`csv`,`,`,`a`)                                       => true
			SplitContains(`csv`,`,`,`b`)                                       => true
			SplitContains(`csv`,`,`,`c`)                                       => true
			SplitContains(`csv`,`,`,`d`)                                       => false
			SplitContains(`dashes`,`--`,`b`)                                   => true
			SplitContains(`dashes`,`--`,`-c`)                                  => true
			SplitContains(`dashes`,`--`,`c`)                                   => false
			SplitContains(`wide`,`,`,`a`)                                      => true
			SplitContains(`wide`,`,`,`b`)                                      => false
			SplitContains(`empty`,`,`,`a`)                                     => false
			SplitContains(`areas`,`,`,`home`)                                  => false
			SplitContains(`one`,`,`,`1`)                                       => false
			SplitContains(`missing`,`,`,`a`)                                   => false
			OneOf(`areas`,`lab`,`home`)                                        => true
			OneOf(`areas`,`lab`)                                               => false
			OneOf(`grp`,`testers`,`admin`)                                     => true
			OneOf(`grp`,`testers`,`adm`)                                       => false
			OneOf(`one`,`2`,`1`)                                               => true
			OneOf(`active`,`true`)                                             => true
			OneOf(`mixed`,`s`)                                                 => true
			OneOf(`mixed`,`in`,`v`,`null`,``)                                  => false
			OneOf(`empty`,``)                                                  => true
			OneOf(`none`,``,`null`)                                            => false
			OneOf(`obj`,`a`)                                                   => false
			OneOf(`missing`,``)                                                => false
			Equals(`one`,`1`) && Equals(`grp`,`admin`)                         => true
			Equals(`one`,`1`) && Equals(`grp`,`x`)                             => false
			Equals(`one`,`2`) || Equals(`grp`,`admin`)                         => true
			Equals(`one`,`2`) || Equals(`grp`,`x`)                             => false
			Equals(`one`,`1`) || Equals(`one`,`1`) && Equals(`one`,`2`)        => true
			(Equals(`one`,`1`) || Equals(`one`,`1`)) && Equals(`one`,`2`)      => false
			Equals(`one`,`2`) && Equals(`one`,`1`) || Equals(`one`,`1`)        => true
			Equals(`one`,`2`) && (Equals(`one`,`1`) || Equals(`one`,`1`))      => false
			!Equals(`one`,`2`) && Equals(`one`,`2`)                            => false
			!(Equals(`one`,`2`) && Equals(`one`,`2`))                          => true
			!Equals(`one`,`1`) || Equals(`one`,`1`)                            => true
			!(Equals(`one`,`1`) || Equals(`one`,`1`))                          => false
			!!Equals(`one`,`1`)                                                => true
			! ! ! Equals(`one`,`1`)                                            => false
			(((Equals(`one`,`1`))))                                            => true
			""")
	void testWhenExpressionThenAsExpected(String expression, boolean expected) {
		assertThat(ClaimsExpression.parse(expression).test(TestJwts.claims(CLAIMS))).isEqualTo(expected);
	}

	@Test
	void parseWhenWhiteSpaceAnywhereThenThatOfArgumentsCounts() {
		ClaimsExpression expression = ClaimsExpression.parse("""

				\t!\r
				 (  Equals  (
				  `lines`
				  ,\t`a
				b` ) \t
				&&Equals(`one`,`2`))||Equals(`one`,` 1`)
				""");
		assertThat(expression.test(TestJwts.claims(CLAIMS))).isTrue();
		assertThat(ClaimsExpression.parse("Equals(`lines`, `a\nb`)").test(TestJwts.claims(CLAIMS))).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '~',
			textBlock = """
					Equals(`one`,`2`)                                                => Equals(`one`, `2`)
					Equals(`one`,`1`) && Equals(`a\\.b`,`2`)                         => Equals(`a\\.b`, `2`)
					Prefix(`grp`,`x`) && Equals(`one`,`2`)                           => Prefix(`grp`, `x`)
					Equals(`one`,`1`) && (Equals(`one`,`1`) && Contains(`grp`,`x`))  => Contains(`grp`, `x`)
					!Equals(`grp`,`admin`)                                           => !Equals(`grp`, `admin`)
					Equals(`one`,`1`)&&!(Equals(`one`,`1`)&&Equals(`one`,`1`))       => !(Equals(`one`, `1`) && Equals(`one`, `1`))
					Equals(`one`,`1`)&&(Equals(`one`,`2`)||OneOf(`grp`,`x`,`y`))     => Equals(`one`, `2`) || OneOf(`grp`, `x`, `y`)
					SplitContains(`scope`,` `,`x`)||!Equals(`one`,`1`)               => SplitContains(`scope`, ` `, `x`) || !Equals(`one`, `1`)
					""")
	void failingPartWhenFalseThenTheFirstThatIsEnough(String expression, String part) {
		assertThat(ClaimsExpression.parse(expression).failingPart(TestJwts.claims(CLAIMS))).isEqualTo(part);
	}

	@Test
	void failingPartWhenTrueThenNull() {
		ClaimsExpression expression = ClaimsExpression.parse("Equals(`one`,`1`) || Equals(`one`,`2`)");
		assertThat(expression.failingPart(TestJwts.claims(CLAIMS))).isNull();
	}

	@Test
	void failingPartWhenControlCharactersThenOneLineWithoutTheClaimsValue() {
		ClaimsExpression expression = ClaimsExpression.parse("Equals(`lines`,`x\n\u001b[31m`)");
		assertThat(expression.failingPart(TestJwts.claims(CLAIMS))).isEqualTo("Equals(`lines`, `x??[31m`)");
	}

	@Test
	void equalsWhenSameTextThenEqual() {
		ClaimsExpression expression = ClaimsExpression.parse("Equals(`a`,`b`)");
		assertThat(expression).isEqualTo(ClaimsExpression.parse("Equals(`a`,`b`)"))
			.hasSameHashCodeAs(ClaimsExpression.parse("Equals(`a`,`b`)"))
			.isNotEqualTo(ClaimsExpression.parse("!Equals(`a`,`b`)"))
			.hasToString("Equals(`a`,`b`)");
	}

}
