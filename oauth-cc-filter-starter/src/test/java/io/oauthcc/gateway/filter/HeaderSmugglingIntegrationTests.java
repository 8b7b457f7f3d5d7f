package io.oauthcc.gateway.filter;

import java.io.IOException;

import io.oauthcc.gateway.fixture.RawMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Headers with which a caller tries to say something in the token's place, byte for byte.
 */
class HeaderSmugglingIntegrationTests {

	private static SmugglingBed bed;

	@BeforeAll
	static void start() {
		bed = new SmugglingBed(false);
	}

	@AfterAll
	static void stop() {
		bed.close();
	}

	@BeforeEach
	void reset() {
		bed.reset();
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Group: forged\r\n", "X-Group: forged\r\nX-Group: forged\r\n",
			"X-Group: group-of-alice\r\nX-Group: forged\r\n", "X-Group: forged, group-of-alice\r\n",
			"X-Group:forged\r\n", "X-Group:\tforged\t\r\n", "X-Group:\r\n", "x-group: forged\r\n",
			"X-GROUP: forged\r\nx-gRoUp: forged\r\n", "X_Group: forged\r\n", "x_group: forged\r\nX-Group: forged\r\n",
			"X.Group: forged\r\n", "X!Group: forged\r\n", "X#Group: forged\r\n", "X$Group: forged\r\n",
			"X%Group: forged\r\n", "X&Group: forged\r\n", "X'Group: forged\r\n", "X*Group: forged\r\n",
			"X+Group: forged\r\n", "X^Group: forged\r\n", "X`Group: forged\r\n", "X|Group: forged\r\n",
			"X~Group: forged\r\n", "X-Tenant: forged\r\nX_Tenant: forged\r\n", "X-Absent: forged\r\n",
			"X_Absent: forged\r\nx.absent: forged\r\n", "Proxy-Authorization: Basic forged\r\n",
			"proxy_authorization: Basic forged\r\n",
			"proxy-authorization: Bearer forged\r\nConnection: Proxy-Authorization\r\n" })
	void headerWhenForgedThenTheTokensAlone(String lines) throws IOException {
		assertThat(bed.send(SmugglingBed.get("alice", lines)).status()).isEqualTo(200);
		bed.assertArrived("alice");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Group: forged\r\n forged\r\n", "X-Other: a\r\n X-Group: x\r\n",
			"X-Other: a\r\n\t\r\n X-Group: x\r\n", "X-Group: forged\u00ff\r\n", "X-Other: \u0085X-Group: x\u2028\r\n",
			"X-Other: a,X-Group: x\r\n" })
	void valueWhenItIsFoldedOrNoAsciiThenNoHeaderOfItsOwn(String lines) throws IOException {
		assertThat(bed.send(SmugglingBed.get("alice", lines)).status()).isEqualTo(200);
		bed.assertArrived("alice");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Authorization: Bearer forged\r\n", "authorization: Basic forged\r\n",
			"Authorization:\r\n", " forged\r\n", "\tX-Group: forged\r\n", " , Bearer forged\r\n" })
	void credentialsWhenThereIsMoreThenRefused(String lines) throws IOException {
		assertThat(bed.send(SmugglingBed.get("alice", lines)).status()).isEqualTo(401);
		bed.assertNothingArrived();
	}

	@Test
	void headerWhenFoldedBeforeAllOthersThenRefused() throws IOException {
		String request = SmugglingBed.get("alice", "").replaceFirst("\r\n", "\r\n X-Group: forged\r\n");
		assertThat(bed.send(request).status()).isBetween(400, 499);
		bed.assertNothingArrived();
	}

	@Test
	void nameWhenLongThenAnotherHeaderOrRefused() throws IOException {
		String name = "X-Group" + "-".repeat(7000);
		assertThat(bed.send(SmugglingBed.get("alice", name + ": x\r\nX-Group: forged\r\n")).status()).isEqualTo(200);
		bed.assertArrived("alice");
		bed.reset();
		assertThat(bed.send(SmugglingBed.get("alice", name.repeat(2) + ": forged\r\n")).status()).isBetween(400, 499);
		bed.assertNothingArrived();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "X-Group", "x-group", "X_Group", "close, X-Group, Authorization", "X-Group,X-Tenant,X-Absent",
					"keep-alive\r\nConnection: X-Group\r\nConnection: authorization", ",,X-Group,,", " ,\t, X-Group ,",
					"X-Group;q=1", "X-Group Authorization", "Proxy-Connection, X_Group", "\"X-Group\"", "\"X\\-Group\"",
					"\"Authorization\"", "\"X-Tenant\", \"X-Group\"", "a, X- Group", "a, X-Group X-Tenant",
					"a, Author ization", "\"close,Authorization\"", "Authorization, \"close,Authorization\"",
					"Authorization, \"close,X-Group\"", "Authorization, \"\\\"Authorization\\\"\"",
					"X-Group, \"\\\"X-Group\\\"\"", "\"X-Group", "X-Group\"", "\"Authorization", "close\r\n , X-Group",
					"close,\r\n\tX-Group,\r\n Authorization", "X-Group,X-Group\r\nConnection: \"a,\", X-Group",
					"a,\u00a0X-Group", "X-Group\u0085", "Keep-Alive, TE, Trailer, X-Group, X-Tenant" })
	void connectionWhenItNamesTheHeadersThenTheyStay(String options) throws IOException {
		String request = SmugglingBed.get("alice", "Connection: " + options + "\r\n");
		assertThat(bed.send(request).status()).isEqualTo(200);
		bed.assertArrived("alice");
	}

	@Test
	void connectionWhenItNamesACallersOwnHeaderThenThatDoesNotArrive() throws IOException {
		bed.send(SmugglingBed.get("alice", "Connection: X-Group, X-Own\r\nX-Own: 1\r\nX-Kept: 1\r\n"));
		bed.assertArrived("alice");
		RawMessage request = bed.upstream().received().get(0).request();
		assertThat(request.values("X-Own")).isEmpty();
		assertThat(request.values("X-Kept")).containsExactly("1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Group : forged\r\n", "X-Group\t: forged\r\n", "X -Group: forged\r\n",
			"X-\tGroup: forged\r\n", "X-Group\u0000: forged\r\n", "X\u0000-Group: forged\r\n",
			"X-Group\u000b: forged\r\n", "X-Group\u00a0: forged\r\n", "X\u00adGroup: forged\r\n",
			"X\u00ffGroup: forged\r\n", "X-Group\r: forged\r\n", "X-Group\n: forged\r\n", ": forged\r\n", "X-Group\r\n",
			"X-Group forged\r\n", "X(Group): forged\r\n", "X/Group: forged\r\n", "X\"Group\": forged\r\n",
			"X@Group: forged\r\n", "X[Group]: forged\r\n", "X-Group;: forged\r\n", "X,Group: forged\r\n",
			"X-Other: a\u0000X-Group: forged\r\n", "X-Other: a\rX-Group: forged\r\n",
			"X-Other: a\r\rX-Group: forged\r\n", "X-Other: a\u000bforged\r\n", "X-Other: a\u000cforged\r\n",
			"X-Group: forged\u0000\r\n", "Authorization\u0000: forged\r\n", "Authorization : Bearer forged\r\n",
			"X-Group:\r\n forged\r\n", "X_Group:\r\n\tforged\r\n" })
	void headerWhenMalformedThenRefused(String lines) throws IOException {
		assertThat(bed.send(SmugglingBed.get("alice", lines)).status()).isBetween(400, 499);
		bed.assertNothingArrived();
	}

}
