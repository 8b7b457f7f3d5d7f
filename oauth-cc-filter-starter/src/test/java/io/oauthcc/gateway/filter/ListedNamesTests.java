package io.oauthcc.gateway.filter;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names taken off a list.
 */
class ListedNamesTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
			close                     ; close
			close, X-Own              ; close, X-Own
			X-Group                   ; ''
			"X-Group"                 ; ''
			"X\\-Group", close        ; close
			close, X- Group           ; close
			close, "a,X-Group"        ; close
			X-Group, "a,X-Group"      ; ''
			X-Group X-Own, close      ; close
			"X-Group                  ; ''
			,, ,X-Group               ; ''
			""")
	void removeWhenNameIsListedThenNotInTheListAsTheGatewayReadsIt(String list, String expected) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.CONNECTION, list);
		ListedNames.remove(headers, HttpHeaders.CONNECTION, "X-Group"::equalsIgnoreCase);
		assertThat(String.join(", ", headers.getConnection())).isEqualTo(expected);
	}

	@Test
	void removeWhenListIsInSeveralHeadersThenFromAll() {
		HttpHeaders headers = new HttpHeaders();
		headers.addAll(HttpHeaders.CONNECTION, List.of("close, x-group", "X-Group", "X-Own"));
		ListedNames.remove(headers, HttpHeaders.CONNECTION, "X-Group"::equalsIgnoreCase);
		assertThat(headers.getConnection()).containsExactly("close", "X-Own");
	}

}
