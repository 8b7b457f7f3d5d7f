package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.filter.TokenEndpointWires.Row;
import io.oauthcc.gateway.fixture.WireFault;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A token endpoint that works, behind a wire that does not: each row of the table in
 * docs/wire.md, on a connection that is kept and on new ones, without TLS, inside TLS and
 * below it.
 */
class WireFaultsIntegrationTests {

	private static Map<Row, @Nullable Throwable> failures = Map.of();

	@BeforeAll
	static void checkAll() {
		List<Row> rows = Row.all();
		try (TokenEndpointWires wires = new TokenEndpointWires(rows)) {
			failures = WireTable.check(rows, wires::check);
		}
	}

	static List<Row> rows() {
		return Row.all();
	}

	@ParameterizedTest
	@MethodSource("rows")
	void requestsWhenWireFailsThenAsTheTableSaysAndHealed(Row row) {
		assertThat(failures).containsKey(row);
		WireTable.rethrow(failures.get(row));
	}

	@Test
	void tableWhenReadThenAllFaults() {
		assertThat(WireTable.under("Token endpoint").rows().keySet()).containsExactly(WireFault.values());
	}

}
