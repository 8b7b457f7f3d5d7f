package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResilientTokenEndpoints}, in virtual time.
 */
@ExtendWith(OutputCaptureExtension.class)
class ResilientTokenEndpointsTests {

	private static final ResilienceSettings SETTINGS = new ResilienceSettings(50, Duration.ofSeconds(30), 10,
			Duration.ofSeconds(5), 8);

	private static final AccessTokenResponse TOKEN = new AccessTokenResponse("token", Duration.ofMinutes(1), null);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final Clock clock = new VirtualClock();

	/** When the endpoint was asked, and for how long an answer was waited for. */
	private final List<Attempt> attempts = new ArrayList<>();

	private final Queue<Mono<AccessTokenResponse>> answers = new ConcurrentLinkedQueue<>();

	private Mono<AccessTokenResponse> answer = Mono.just(TOKEN);

	private final ResilientTokenEndpoints endpoints = new ResilientTokenEndpoints((request, timeout) -> {
		this.attempts.add(new Attempt(this.clock.millis(), timeout.toMillis()));
		Mono<AccessTokenResponse> next = this.answers.poll();
		return (next != null) ? next : this.answer;
	}, SETTINGS, this.clock);

	@BeforeEach
	void virtualTime() {
		VirtualTimeScheduler.set(this.time);
	}

	@AfterEach
	void realTime() {
		VirtualTimeScheduler.reset();
	}

	@ParameterizedTest
	@EnumSource(AccessTokenFailure.class)
	void askWhenFailsThenRetriedIfItMayPass(AccessTokenFailure failure) {
		this.answer = failing(failure, null);
		Outcome outcome = ask(request("a"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(9));
		boolean retried = switch (failure) {
			case UNREACHABLE, UNAVAILABLE, TIMEOUT -> true;
			default -> false;
		};
		assertThat(this.attempts).hasSize(retried ? 4 : 1);
		assertThat(outcome.failure()).isEqualTo(failure);
	}

	@Test
	void askWhenRetriedThenWaitsGrow() {
		for (int round = 0; round < 100; round++) {
			this.attempts.clear();
			this.answers.addAll(List.of(failing(AccessTokenFailure.UNREACHABLE, null),
					failing(AccessTokenFailure.UNREACHABLE, null), failing(AccessTokenFailure.UNREACHABLE, null)));
			Outcome outcome = ask(request("a", "http://idp/token" + round), Standing.KNOWN);
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			assertThat(outcome.token()).isNotNull();
			assertThat(this.attempts).hasSize(4);
			assertThat(this.attempts.get(1).at() - this.attempts.get(0).at()).isBetween(50L, 100L);
			assertThat(this.attempts.get(2).at() - this.attempts.get(1).at()).isBetween(100L, 200L);
			assertThat(this.attempts.get(3).at() - this.attempts.get(2).at()).isBetween(200L, 400L);
		}
	}

	@Test
	void askWhenNoRetriesThenOneAttempt() {
		this.answer = failing(AccessTokenFailure.UNREACHABLE, null);
		AccessTokenRequest request = requestOf(
				TestGrants.grant().limits(Duration.ofSeconds(5), 0, Duration.ofSeconds(10)));
		Outcome outcome = ask(request, Standing.KNOWN);
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.UNREACHABLE);
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(this.attempts).hasSize(1);
	}

	@Test
	void askWhenTooSlowThenEndsWithinTheLimitOfAll() {
		this.answer = Mono
			.defer(() -> Mono.delay(Duration.ofMillis(this.attempts.get(this.attempts.size() - 1).limit())))
			.then(failing(AccessTokenFailure.TIMEOUT, null));
		AccessTokenRequest request = requestOf(
				TestGrants.grant().limits(Duration.ofSeconds(4), 10, Duration.ofSeconds(10)));
		Outcome outcome = ask(request, Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofMillis(9_999));
		assertThat(outcome.isOver()).isFalse();
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.TIMEOUT);
		assertThat(this.attempts).hasSize(3);
		assertThat(this.attempts.get(1).limit()).isEqualTo(4_000);
		assertThat(this.attempts.get(2).at() + this.attempts.get(2).limit()).isEqualTo(10_000);
	}

	@Test
	void askWhenClientCompletesWithoutAnswerThenBadAnswer() {
		this.answer = Mono.empty();
		assertThat(ask(request("a"), Standing.KNOWN).failure()).isEqualTo(AccessTokenFailure.BAD_ANSWER);
	}

	@Test
	void askWhenClientNeverCompletesThenEndsAllTheSame() {
		this.answer = Mono.never();
		Outcome outcome = ask(request("a"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(32));
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.TIMEOUT);
		assertThat(this.attempts).hasSize(3);
	}

	@ParameterizedTest
	@CsvSource({ "BUSY, 3", "UNAVAILABLE, 3", "UNAVAILABLE, 20" })
	void askWhenItsWaitFitsThenRetriedAfterIt(AccessTokenFailure failure, int seconds) {
		this.answers.add(failing(failure, Duration.ofSeconds(seconds)));
		Outcome outcome = ask(request("a"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(seconds).minusMillis(1));
		assertThat(this.attempts).hasSize(1);
		this.time.advanceTimeBy(Duration.ofMillis(101));
		assertThat(this.attempts).hasSize(2);
		assertThat(outcome.token()).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "BUSY, 30", "UNAVAILABLE, 31", "BUSY, 300" })
	void askWhenItsWaitDoesNotFitThenHandedOnAtOnce(AccessTokenFailure failure, int seconds) {
		this.answers.add(failing(failure, Duration.ofSeconds(seconds)));
		Outcome outcome = ask(request("a"), Standing.KNOWN);
		assertThat(outcome.failure()).isEqualTo(failure);
		assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
	}

	@Test
	void askWhenAnotherAttemptObtainsItThenLifetimeCountsFromThatOne() {
		this.answers.add(failing(AccessTokenFailure.UNAVAILABLE, Duration.ofSeconds(20)));
		Outcome outcome = ask(request("a"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(21));
		assertThat(outcome.token()).isNotNull()
			.satisfies((token) -> assertThat(token.issuedAt()).isBetween(Instant.ofEpochSecond(20),
					Instant.ofEpochMilli(20_100)));
	}

	@Test
	void askWhenUnavailableWithItsWaitThenNobodyAsksUntilThen() {
		this.answers.add(failing(AccessTokenFailure.UNAVAILABLE, Duration.ofSeconds(40)));
		ask(request("a"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		Outcome other = ask(request("b"), Standing.RENEWING);
		assertThat(other.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(other.retryAfter()).isEqualTo(Duration.ofSeconds(30));
		assertThat(ask(request("b", "http://idp/other"), Standing.KNOWN).token()).isNotNull();
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		assertThat(ask(request("b"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenBusyWithItsWaitThenThatClientAloneWaits() {
		this.answers.add(failing(AccessTokenFailure.BUSY, Duration.ofSeconds(60)));
		ask(request("noisy"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(20));
		Outcome again = ask(request("noisy"), Standing.RENEWING);
		assertThat(again.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(again.retryAfter()).isEqualTo(Duration.ofSeconds(40));
		assertThat(ask(request("other"), Standing.KNOWN).token()).isNotNull();
		this.time.advanceTimeBy(Duration.ofSeconds(40));
		assertThat(ask(request("noisy"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenSomebodyGuessesAtAClientThenItsOwnerDoesNotWait() {
		this.answers.add(failing(AccessTokenFailure.BUSY, Duration.ofSeconds(60)));
		ask(request("client"), Standing.NEWCOMER);
		assertThat(ask(request("client"), Standing.NEWCOMER).failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(ask(request("client"), Standing.KNOWN).token()).isNotNull();
		assertThat(ask(request("client"), Standing.RENEWING).token()).isNotNull();
	}

	@ParameterizedTest
	@EnumSource(AccessTokenFailure.class)
	void askWhenFailedTooOftenThenLeftAloneIfItIsAtFault(AccessTokenFailure failure) {
		this.answer = failing(failure, null);
		exhaust(Standing.KNOWN);
		int asked = this.attempts.size();
		Outcome outcome = ask(request("next"), Standing.KNOWN);
		if (!failure.isFault()) {
			assertThat(outcome.failure()).isEqualTo(failure);
			return;
		}
		assertThat(asked).isEqualTo(10);
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(5));
		assertThat(this.attempts).hasSize(asked);
	}

	@Test
	void askWhenLeftAloneLongEnoughThenOneTriesAndHealsItForAll() {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		this.answer = Mono.never();
		ask(request("one"), Standing.KNOWN);
		Outcome second = ask(request("two"), Standing.KNOWN);
		assertThat(second.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(this.attempts).hasSize(11);
		// It has run out of time, and its next attempts find the circuit open again.
		this.time.advanceTimeBy(Duration.ofSeconds(31));
		this.answer = Mono.just(TOKEN);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		assertThat(ask(request("three"), Standing.KNOWN).token()).isNotNull();
		assertThat(ask(request("four"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenTheOneThatTriesFailsThenLeftAloneAgain() {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		assertThat(ask(request("a"), Standing.KNOWN).failure()).isEqualTo(AccessTokenFailure.SERVER_ERROR);
		Outcome next = ask(request("b"), Standing.KNOWN);
		assertThat(next.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(next.retryAfter()).isEqualTo(Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@EnumSource(names = { "CLIENT_REFUSED", "GRANT_REFUSED", "REQUEST_REJECTED", "BUSY" })
	void askWhenTheOneThatTriesIsRefusedThenEndpointIsThereAgain(AccessTokenFailure failure) {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		this.answers.add(failing(failure, null));
		this.answer = Mono.just(TOKEN);
		assertThat(ask(request("a"), Standing.KNOWN).failure()).isEqualTo(failure);
		assertThat(ask(request("b"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenTheOneThatTriesIsCancelledThenTheNextTries() {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		this.answer = Mono.never();
		ask(this.endpoints, request("a"), Standing.KNOWN).subscribe().dispose();
		this.answer = Mono.just(TOKEN);
		assertThat(ask(request("b"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenItFailsAtOneAddressOrLimitThenOthersAreNotConcerned() {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.answer = Mono.just(TOKEN);
		assertThat(ask(request("a"), Standing.KNOWN).failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(ask(request("a", "http://127.0.0.1:4444/other"), Standing.KNOWN).token()).isNotNull();
		assertThat(ask(request("a", "http://127.0.0.1:4445/oauth2/token"), Standing.KNOWN).token()).isNotNull();
		assertThat(ask(request("a", "http://127.0.0.1:4444/oauth2/token?x=y"), Standing.KNOWN).failure())
			.isEqualTo(AccessTokenFailure.NOT_ASKED);
		AccessTokenRequest otherLimit = requestOf(TestGrants.grant().timeout(Duration.ofSeconds(7)));
		assertThat(ask(otherLimit, Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenNewcomersMakeItFailThenKnownAreNotConcerned() {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.NEWCOMER);
		this.answer = Mono.just(TOKEN);
		assertThat(ask(request("a"), Standing.NEWCOMER).failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(ask(request("a"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenLeftAloneWhileRetryingThenTellsHowItFailed() {
		this.answer = failing(AccessTokenFailure.UNREACHABLE, null);
		List<Outcome> outcomes = new ArrayList<>();
		for (int count = 0; count < 8; count++) {
			outcomes.add(ask(request("a" + count), Standing.RENEWING));
		}
		this.time.advanceTimeBy(Duration.ofSeconds(4));
		assertThat(outcomes)
			.allSatisfy((outcome) -> assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.UNREACHABLE));
		assertThat(this.attempts.size()).isBetween(10, 16);
	}

	@Test
	void askWhenLittleTimeIsLeftThenThatIsNoFaultOfTheEndpoint() {
		ResilientTokenEndpoints large = new ResilientTokenEndpoints((request, timeout) -> {
			this.attempts.add(new Attempt(this.clock.millis(), timeout.toMillis()));
			return this.answer;
		}, new ResilienceSettings(50, Duration.ofSeconds(30), 10, Duration.ofSeconds(5), 64), this.clock);
		this.answer = failing(AccessTokenFailure.BUSY, Duration.ofSeconds(25));
		List<Outcome> outcomes = new ArrayList<>();
		for (int count = 0; count < 20; count++) {
			outcomes.add(outcomeOf(ask(large, request("client" + count), Standing.KNOWN)));
		}
		this.answer = Mono.never();
		this.time.advanceTimeBy(Duration.ofSeconds(31));
		assertThat(this.attempts).hasSize(40);
		assertThat(outcomes)
			.allSatisfy((outcome) -> assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.TIMEOUT));
		this.answer = Mono.just(TOKEN);
		assertThat(outcomeOf(ask(large, request("next"), Standing.KNOWN)).token()).isNotNull();
	}

	@Test
	void askWhenTheOneThatTriesHasLittleTimeLeftThenTheNextTries() {
		this.answers.add(failing(AccessTokenFailure.BUSY, Duration.ofSeconds(25)));
		Outcome late = ask(request("late"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(19));
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.answer = Mono.never();
		this.time.advanceTimeBy(Duration.ofSeconds(12));
		assertThat(this.attempts.get(this.attempts.size() - 1).limit()).isLessThan(5_000);
		assertThat(late.failure()).isEqualTo(AccessTokenFailure.TIMEOUT);
		this.answer = Mono.just(TOKEN);
		assertThat(ask(request("next"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void prepareWhenRouteComesThenTheClientGetsReady() {
		List<ClientCredentialsGrant> prepared = new ArrayList<>();
		ResilientTokenEndpoints preparing = new ResilientTokenEndpoints(new AccessTokenClient() {

			@Override
			public Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout) {
				return Mono.just(TOKEN);
			}

			@Override
			public void prepare(ClientCredentialsGrant grant) {
				prepared.add(grant);
			}

		}, SETTINGS, this.clock);
		ClientCredentialsGrant grant = TestGrants.grant().build();
		preparing.prepare(grant);
		assertThat(prepared).containsExactly(grant);
	}

	@Test
	void stateOfWhenNeverAskedOrAnsweredThenClosed() {
		assertThat(state()).isEqualTo(EndpointState.CLOSED);
		ask(request("a"), Standing.KNOWN);
		assertThat(state()).isEqualTo(EndpointState.CLOSED);
	}

	@Test
	void stateOfWhenItWantsToBeLeftAloneThenOpenUntilThen() {
		this.answers.add(failing(AccessTokenFailure.UNAVAILABLE, Duration.ofSeconds(40)));
		ask(request("a"), Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(40).minusMillis(1));
		assertThat(state()).isEqualTo(EndpointState.OPEN);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(state()).isEqualTo(EndpointState.CLOSED);
		assertThat(ask(request("b"), Standing.KNOWN).token()).isNotNull();
	}

	@ParameterizedTest
	@EnumSource(names = { "NEWCOMER", "KNOWN" })
	void stateOfWhenItFailsForOneKindOfCallersThenTold(Standing standing) {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(standing);
		assertThat(state()).isEqualTo(EndpointState.OPEN);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		this.answer = Mono.never();
		ask(request("trying"), standing);
		assertThat(state()).isEqualTo(EndpointState.HALF_OPEN);
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust((standing == Standing.KNOWN) ? Standing.NEWCOMER : Standing.KNOWN);
		assertThat(state()).isEqualTo(EndpointState.OPEN);
	}

	@ParameterizedTest
	@EnumSource(names = { "NEWCOMER", "KNOWN" })
	void stateOfWhenItAnswersAgainThenClosed(Standing standing) {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(standing);
		this.time.advanceTimeBy(Duration.ofMillis(5001));
		this.answer = Mono.just(TOKEN);
		ask(request("next"), standing);
		assertThat(state()).isEqualTo(EndpointState.CLOSED);
	}

	@Test
	void stateOfWhenNobodyAskedForHalfAnHourThenForgotten() {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.KNOWN);
		this.time.advanceTimeBy(Duration.ofMinutes(29));
		assertThat(state()).isEqualTo(EndpointState.OPEN);
		this.time.advanceTimeBy(Duration.ofMinutes(30));
		assertThat(state()).isEqualTo(EndpointState.CLOSED);
	}

	@Test
	void askWhenNewcomersMakeItFailThenLogSaysThatItIsThey(CapturedOutput output) {
		this.answer = failing(AccessTokenFailure.SERVER_ERROR, null);
		exhaust(Standing.NEWCOMER);
		assertThat(output)
			.containsOnlyOnce("Too many token requests failed: http://127.0.0.1:4444/oauth2/token (newcomers)");
		exhaust(Standing.KNOWN);
		assertThat(output).containsOnlyOnce("Too many token requests failed: http://127.0.0.1:4444/oauth2/token is");
	}

	@Test
	void askWhenBusyWithoutItsWaitThenThatClientWaitsASecond() {
		this.answers.add(failing(AccessTokenFailure.BUSY, null));
		assertThat(ask(request("noisy"), Standing.KNOWN).failure()).isEqualTo(AccessTokenFailure.BUSY);
		assertThat(ask(request("noisy"), Standing.KNOWN).failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(ask(request("noisy"), Standing.KNOWN).token()).isNotNull();
	}

	@Test
	void askWhenAShorterWaitFollowsThenTheLongerOneStays() {
		Sinks.One<AccessTokenResponse> late = Sinks.one();
		this.answers.add(late.asMono());
		ask(request("a"), Standing.KNOWN);
		this.answers.add(failing(AccessTokenFailure.UNAVAILABLE, Duration.ofSeconds(60)));
		ask(request("b"), Standing.KNOWN);
		late.tryEmitError(new AccessTokenException(AccessTokenFailure.UNAVAILABLE, "no", Duration.ofSeconds(1)));
		this.time.advanceTimeBy(Duration.ofSeconds(40));
		assertThat(ask(request("c"), Standing.KNOWN).retryAfter()).isEqualTo(Duration.ofSeconds(20));
	}

	@Test
	void askWhenTheyWaitForTheNextAttemptThenTheyHoldTheirPlaces() {
		this.answer = failing(AccessTokenFailure.BUSY, Duration.ofSeconds(10));
		for (int count = 0; count < 100; count++) {
			ask(request("client" + count), Standing.NEWCOMER);
		}
		assertThat(this.attempts).hasSize(4);
	}

	@Test
	void askWhenClientDoesNotLinkThenPlacesAreGivenBack() {
		AtomicInteger asked = new AtomicInteger();
		ResilientTokenEndpoints broken = new ResilientTokenEndpoints((request, timeout) -> {
			asked.incrementAndGet();
			throw new NoClassDefFoundError("gone");
		}, new ResilienceSettings(100, Duration.ofSeconds(30), 1000, Duration.ofSeconds(5), 8), this.clock);
		for (int count = 0; count < 100; count++) {
			StepVerifier.create(ask(broken, request("a" + count), Standing.NEWCOMER)).verifyError();
		}
		assertThat(asked).hasValue(100);
	}

	@Test
	void askWhenManyAreUnderWayThenHalfIsKeptForThoseWhoWereThere() {
		this.answer = Mono.never();
		assertThat(placesTaken(Standing.NEWCOMER)).isEqualTo(4);
		assertThat(placesTaken(Standing.KNOWN)).isEqualTo(2);
		assertThat(placesTaken(Standing.RENEWING)).isEqualTo(2);
		Outcome outcome = ask(request("late"), Standing.RENEWING);
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void askWhenOverThenPlaceIsGivenBack() {
		for (int count = 0; count < 100; count++) {
			this.answers.add(failing(AccessTokenFailure.CLIENT_REFUSED, null));
			ask(request("a"), Standing.NEWCOMER);
			ask(request("a"), Standing.NEWCOMER);
			this.answers.add(Mono.never());
			ask(this.endpoints, request("a"), Standing.NEWCOMER).subscribe().dispose();
		}
		this.answer = Mono.never();
		assertThat(placesTaken(Standing.NEWCOMER)).isEqualTo(4);
	}

	@Test
	void askWhenAPlaceIsGivenBackThenWhoWaitsLongestHasIt() {
		Sinks.One<AccessTokenResponse> first = takeNewcomersPlaces();
		Outcome second = ask(request("second"), Standing.NEWCOMER);
		Outcome third = ask(request("third"), Standing.NEWCOMER);
		this.answers.add(Mono.just(TOKEN));
		this.answers.add(Mono.never());
		first.tryEmitValue(TOKEN);
		assertThat(second.token()).isNotNull();
		assertThat(third.isOver()).isFalse();
		assertThat(this.attempts).hasSize(6);
	}

	@Test
	void askWhenAKnownOnesPlaceIsGivenBackThenTheKnownHaveItBeforeNewcomers() {
		Sinks.One<AccessTokenResponse> first = takeNewcomersPlaces();
		placesTaken(Standing.KNOWN);
		Outcome newcomer = ask(request("newcomer"), Standing.NEWCOMER);
		int before = this.attempts.size();
		first.tryEmitValue(TOKEN);
		assertThat(this.attempts).hasSize(before + 1);
		this.time.advanceTimeBy(TestGrants.LIMITS.acquisitionTimeout().dividedBy(2));
		assertThat(newcomer.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
	}

	@ParameterizedTest
	@EnumSource(names = { "NEWCOMER", "KNOWN" })
	void askWhenNoPlaceGetsFreeInHalfOfItsTimeThenNotAsked(Standing standing) {
		this.answer = Mono.never();
		placesTaken(standing);
		Outcome outcome = ask(request("late"), standing);
		this.time.advanceTimeBy(TestGrants.LIMITS.acquisitionTimeout().dividedBy(2).minusMillis(1));
		assertThat(outcome.isOver()).isFalse();
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void askWhenItIsLeftAloneThenNobodyStandsInLine() {
		this.answer = Mono.never();
		placesTaken(Standing.KNOWN);
		this.answer = failing(AccessTokenFailure.UNAVAILABLE, Duration.ofSeconds(60));
		ask(request("newcomer"), Standing.RENEWING);
		Outcome outcome = ask(request("late"), Standing.KNOWN);
		assertThat(outcome.failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(60));
	}

	@Test
	void askWhenCallersWaitThenRenewalsTakeNoPlaceOfTheirs() {
		takeNewcomersPlaces();
		ask(request("waits"), Standing.NEWCOMER);
		assertThat(placesTaken(Standing.RENEWING)).isEqualTo(2);
	}

	@Test
	void askWhenTheLineIsFullThenNotAskedAtOnce() {
		this.answer = Mono.never();
		for (int count = 0; count < 4 + 8 * 8; count++) {
			assertThat(ask(request("a" + count), Standing.NEWCOMER).isOver()).isFalse();
		}
		assertThat(ask(request("late"), Standing.NEWCOMER).failure()).isEqualTo(AccessTokenFailure.NOT_ASKED);
		// However many newcomers wait.
		assertThat(placesTaken(Standing.KNOWN)).isEqualTo(2);
	}

	@Test
	void askWhenWhoWaitsHasLeftThenTheNextHasThePlace() {
		Sinks.One<AccessTokenResponse> first = takeNewcomersPlaces();
		for (int count = 0; count < 1000; count++) {
			ask(this.endpoints, request("gone"), Standing.NEWCOMER).subscribe().dispose();
		}
		this.answers.add(Mono.just(TOKEN));
		Outcome next = ask(request("next"), Standing.NEWCOMER);
		first.tryEmitValue(TOKEN);
		assertThat(next.token()).isNotNull();
	}

	@Test
	void askWhenManyWaitAndEndAtOnceThenAllHaveTheirTurn() {
		ResilientTokenEndpoints large = new ResilientTokenEndpoints((request, timeout) -> {
			this.attempts.add(new Attempt(this.clock.millis(), timeout.toMillis()));
			return this.answer;
		}, new ResilienceSettings(100, Duration.ofSeconds(30), 1000, Duration.ofSeconds(5), 4096), this.clock);
		Sinks.One<AccessTokenResponse> first = Sinks.one();
		this.answer = first.asMono();
		AtomicInteger served = new AtomicInteger();
		Disposable.Composite calls = Disposables.composite();
		AccessTokenRequest request = request("a");
		for (int count = 0; count < 2048 + 8 * 4096; count++) {
			calls.add(ask(large, request, Standing.NEWCOMER).subscribe((token) -> served.incrementAndGet()));
		}
		assertThat(this.attempts).hasSize(2048);
		first.tryEmitValue(TOKEN);
		assertThat(served).hasValue(2048 + 8 * 4096);
		calls.dispose();
	}

	/** All four, of which the first has its answer when the test says so. */
	private Sinks.One<AccessTokenResponse> takeNewcomersPlaces() {
		Sinks.One<AccessTokenResponse> first = Sinks.one();
		this.answers.add(first.asMono());
		this.answer = Mono.never();
		for (int count = 0; count < 4; count++) {
			ask(request("a" + count), Standing.NEWCOMER);
		}
		return first;
	}

	private int placesTaken(Standing standing) {
		int before = this.attempts.size();
		for (int count = 0; count < 20; count++) {
			ask(request("a" + count), standing);
		}
		return this.attempts.size() - before;
	}

	/** Ten failures open a circuit; the twenty are over before a retry is due. */
	private void exhaust(Standing standing) {
		for (int count = 0; count < 20; count++) {
			AccessTokenRequest request = requestOf(
					TestGrants.grant().limits(TestGrants.LIMITS.timeout(), 0, TestGrants.LIMITS.acquisitionTimeout()));
			ask(request, standing);
		}
	}

	private EndpointState state() {
		return this.endpoints.stateOf(TestGrants.grant().build());
	}

	private Outcome ask(AccessTokenRequest request, Standing standing) {
		return outcomeOf(ask(this.endpoints, request, standing));
	}

	private static Outcome outcomeOf(Mono<AccessToken> token) {
		Outcome outcome = new Outcome(new AtomicReference<>(), new AtomicReference<>());
		Disposable subscription = token.subscribe(outcome.tokens::set, outcome.errors::set);
		assertThat(subscription).isNotNull();
		return outcome;
	}

	private static Mono<AccessTokenResponse> failing(AccessTokenFailure failure, @Nullable Duration retryAfter) {
		return Mono.error(() -> new AccessTokenException(failure, "no", retryAfter));
	}

	private Mono<AccessToken> ask(TokenEndpoints endpoints, AccessTokenRequest request, Standing standing) {
		return endpoints.ask(request, standing,
				this.clock.instant().plus(request.grant().limits().acquisitionTimeout()));
	}

	private static AccessTokenRequest request(String clientId) {
		return request(clientId, "http://127.0.0.1:4444/oauth2/token");
	}

	private static AccessTokenRequest request(String clientId, String tokenUri) {
		return new TokenKeyGenerator().requestsOf(TestGrants.grant().tokenUri(tokenUri).build())
			.with(ClientCredentials.of(clientId, "secret"));
	}

	private static AccessTokenRequest requestOf(TestGrants grant) {
		return new TokenKeyGenerator().requestsOf(grant.build()).with(ClientCredentials.of("client", "secret"));
	}

	private record Attempt(long at, long limit) {

	}

	private record Outcome(AtomicReference<AccessToken> tokens, AtomicReference<Throwable> errors) {

		boolean isOver() {
			return this.tokens.get() != null || this.errors.get() != null;
		}

		@Nullable AccessToken token() {
			return this.tokens.get();
		}

		@Nullable AccessTokenFailure failure() {
			return (this.errors.get() instanceof AccessTokenException ex) ? ex.getFailure() : null;
		}

		@Nullable Duration retryAfter() {
			return (this.errors.get() instanceof AccessTokenException ex) ? ex.getRetryAfter() : null;
		}

	}

	private final class VirtualClock extends Clock {

		@Override
		public Instant instant() {
			return Instant.ofEpochMilli(ResilientTokenEndpointsTests.this.time.now(TimeUnit.MILLISECONDS));
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			throw new UnsupportedOperationException();
		}

	}

}
