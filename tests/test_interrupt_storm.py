"""A storm: lives drawn from seed and number alone, alike for both arms; notices to busy Spot hosts of these arms, once each."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import cast

import pytest
from aws_world import ids_in
from bench import RUN, WORK, Bench
from test_interrupt import add_spot_arm

from fusion_snapshots.aws.fis import usd_per_action_minute
from fusion_snapshots.aws.hosts import Host, Load
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import StoppedError
from fusion_snapshots.interrupt.rounds import Experiments
from fusion_snapshots.interrupt.storm import Sky, Storm, count_hits, life_minutes
from fusion_snapshots.interrupt.targets import Target
from fusion_snapshots.runs.interruptions import Interruption, add_interruptions, read_interruptions
from fusion_snapshots.runs.storm_hosts import PASSED_OVER, read_storm_hosts
from fusion_snapshots.settings import Interrupt

BEGAN = datetime(2026, 11, 28, 9, tzinfo=timezone.utc)
ARMS = (Target("fusion_snapshots", "x_fusion_snapshots", True, ()), Target("fusion_spot", "x_fusion_spot", False, ()))
OTHER, OTHER_WORK, OTHER_RUN = "TowerForge-2cD", "TowerForge-2cD-work", "5oBcD2eFgHiJkL"


def test_lives_are_those_of_a_constant_hazard() -> None:
    assert round(life_minutes(7, 2, 0.3)) == 58  # as the runbook shows it
    u = random.Random("7:3").random()
    assert life_minutes(7, 3, 0.3) == -math.log(1 - u) * 60 / 0.3
    assert life_minutes(7, 3, 120) == pytest.approx(life_minutes(7, 3, 0.3) * 0.3 / 120)
    lives = [life_minutes(1, number, 0.5) for number in range(1, 4001)]
    assert sum(lives) / len(lives) == pytest.approx(120, rel=0.05)
    assert sum(life > 120 for life in lives) / len(lives) == pytest.approx(math.exp(-1), rel=0.06)


class Simulated:
    """A simulated account: hosts that come up and go, tasks on them, notices, and a clock; seen by a storm."""

    def __init__(self, root: Path, settings: Interrupt, restores: int | None = None) -> None:
        self.now, self.root = BEGAN, root
        self.hosts: dict[str, list[Host]] = {target.arm: [] for target in ARMS}
        self.ended: set[str] = set()
        self.sent: list[tuple[str, str, float]] = []
        self.sizes: list[int] = []
        sky = Sky(
            lambda target: self.hosts[target.arm], lambda target: target.arm not in self.ended, lambda _: restores, lambda: self.now
        )  # fmt: skip
        self.storm = Storm(Benchmark(root, {}), ARMS, settings, sky)

    def host(
        self, arm: str, name: str, minutes: float = 0, tasks: int = 1, zone: str = "a", hashes: Sequence[str] = ()
    ) -> Host:
        """Bring a host up that was launched so many minutes ago."""
        loads = tuple(Load(self.now, "", each) for each in hashes)
        launched = self.now - timedelta(minutes=minutes)
        made = Host(f"i-{arm}-{name}", "c6id.8xlarge", tasks, launched, "", loads, zone)
        self.hosts[arm].append(made)
        return made

    def begin(self, target: Target, hosts: Sequence[Host], rows: Sequence[Interruption]) -> None:
        """Take hosts away, recorded first."""
        add_interruptions(
            self.root, *[row._replace(when=f"{self.now:%Y-%m-%dT%H:%M:%SZ}", state="completed") for row in rows]
        )
        self.sizes.append(len(hosts))
        for host in hosts:
            self.sent.append((target.arm, host.id, host.age(self.now)))
            self.hosts[target.arm].remove(host)

    def look(self) -> bool:
        return True

    def report(self) -> None:
        pass

    def pass_minutes(self, number: int, each: Callable[[], None] = lambda: None) -> None:
        """Let the storm look once a minute."""
        for _ in range(number):
            self.now += timedelta(minutes=1)
            each()
            look(self.storm, self)


def look(storm: Storm, notices: Simulated) -> bool:
    """Let a storm look once, with simulated experiments."""
    return storm.look(cast(Experiments, notices))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "report").mkdir()
    return tmp_path


def settings(rate: float, seed: int = 7, limit: int = 30) -> Interrupt:
    return Interrupt(rate=rate, seed=seed, limit=limit)


def numbers(root: Path, arm: str, seed: int = 7) -> list[tuple[str, str]]:
    return [(row.number, row.instance) for row in read_storm_hosts(root, arm, seed)]


def test_hosts_are_numbered_by_launch_then_id_and_keep_their_numbers(root: Path) -> None:
    sky = Simulated(root, settings(0.001))
    arm = ARMS[0].arm
    for name, minutes in (("b", 5), ("a", 5), ("c", 9)):
        sky.host(arm, name, minutes)
    sky.pass_minutes(1)
    assert numbers(root, arm) == [("1", f"i-{arm}-c"), ("2", f"i-{arm}-a"), ("3", f"i-{arm}-b")]
    # A later one that claims an earlier launch changes no number, also in a step that begins anew.
    again = Simulated(root, settings(0.001))
    again.hosts, again.now = sky.hosts, sky.now
    again.host(arm, "0", 60)
    again.pass_minutes(1)
    assert numbers(root, arm)[3:] == [("4", f"i-{arm}-0")]
    assert numbers(root, arm, seed=8) == []


def test_the_same_seed_draws_the_same_lives_for_both_arms_and_another_seed_others(root: Path, tmp_path: Path) -> None:
    ages: dict[int, dict[str, list[float]]] = {}
    for seed in (7, 8):
        place = tmp_path / str(seed)
        (place / "report").mkdir(parents=True)
        sky = Simulated(place, settings(20, seed))
        for target in ARMS:
            for name in "abc":
                sky.host(target.arm, name)
        sky.pass_minutes(60)
        ages[seed] = {target.arm: [age for arm, _, age in sky.sent if arm == target.arm] for target in ARMS}
        lives = sorted(math.ceil(life_minutes(seed, number, 20)) for number in (1, 2, 3))
        assert ages[seed]["fusion_snapshots"] == ages[seed]["fusion_spot"] == lives
    assert ages[7] != ages[8]


def test_one_that_is_idle_when_due_is_passed_over_for_good(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sky = Simulated(root, settings(120))
    arm = ARMS[0].arm
    idle = sky.host(arm, "idle", 600, tasks=0)
    sky.host(arm, "young", 0)
    sky.pass_minutes(1)
    assert "host 1 (i-fusion_snapshots-idle) is idle when due, and passed over for good." in capsys.readouterr().out
    assert [row.note for row in read_storm_hosts(root, arm, 7)] == [PASSED_OVER, ""]
    sky.hosts[arm][0] = idle._replace(tasks=3)  # now it is busy
    sky.pass_minutes(20)
    assert [instance for _, instance, _ in sky.sent] == ["i-fusion_snapshots-young"]


def test_no_host_gets_a_second_notice(root: Path) -> None:
    sky = Simulated(root, settings(120))
    arm = ARMS[0].arm
    host = sky.host(arm, "a", 600)
    add_interruptions(
        root, *[Interruption("", arm, host.id, "", "1", "", "starting")]
    )  # whether it was sent is not known
    sky.pass_minutes(5)
    assert sky.sent == []


def test_several_that_are_due_go_into_one_experiment_of_five_at_most(root: Path) -> None:
    sky = Simulated(root, settings(120))
    for number in range(7):
        sky.host(ARMS[0].arm, str(number), 600)
    sky.pass_minutes(1)
    assert sky.sizes == [5, 2]
    rows = read_interruptions(root)
    assert {(row.rate, row.seed, row.age, row.tasks) for row in rows} == {("120", "7", "601", "1")}
    assert [row.host for row in rows] == list("1234567")


def test_a_limit_and_the_restores_that_tasks_have_left_stop_an_arm(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sky = Simulated(root, settings(120, limit=2))
    for target in ARMS:
        for number in range(4):
            sky.host(target.arm, str(number), 600)
    sky.pass_minutes(3)
    assert Counter(arm for arm, *_ in sky.sent) == {"fusion_snapshots": 2, "fusion_spot": 2}
    assert "fusion_spot: 2 hosts got their notice, as many as LIMIT allows." in capsys.readouterr().out
    assert sky.storm.left == []


def test_a_task_keeps_a_restore_for_what_aws_takes_by_itself(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sky = Simulated(root, settings(120), restores=4)
    arm = ARMS[0].arm
    for number in range(6):  # the task moves on each time
        sky.host(arm, str(number), 600, hashes=["ab/123456"])
        sky.pass_minutes(1)
    assert len(sky.sent) == 3
    out = capsys.readouterr().out
    assert (
        "a task that runs lost its instance 3 times, and a task may lose its instance 4 times, by its configuration"
        in out
    )
    assert count_hits(sky.hosts[arm], read_interruptions(root)) == {"ab/123456": 3}


def test_neighbours_get_their_notices_together_where_that_is_asked_for(root: Path) -> None:
    together = Simulated(root, Interrupt(rate=120, seed=7, cluster=True))
    together.host(ARMS[0].arm, "due", 600)
    for zone in "ab":
        together.host(ARMS[0].arm, f"young-{zone}", -0.9, zone=zone)
    together.pass_minutes(1)
    assert [instance for _, instance, _ in together.sent] == ["i-fusion_snapshots-due", "i-fusion_snapshots-young-a"]


def test_it_ends_with_the_runs_and_not_while_a_notice_is_under_way(root: Path) -> None:
    sky = Simulated(root, settings(120))
    sky.ended = {target.arm for target in ARMS}

    class Late(Simulated):
        def look(self) -> bool:
            return False

    assert not look(sky.storm, Late(root, settings(120)))
    assert look(sky.storm, sky)


@pytest.mark.slow
def test_both_arms_are_hit_alike_in_simulation(tmp_path: Path) -> None:
    """Ratios of hits per host-hour of two arms whose hosts come and go by their own chance, over 200 seeds."""
    ratios = []
    for seed in range(200):
        place = tmp_path / str(seed)
        (place / "report").mkdir(parents=True)
        sky = Simulated(place, settings(0.3, seed))
        draw, hours = random.Random(seed), Counter[str]()

        def live(sky: Simulated = sky, draw: random.Random = draw, hours: Counter[str] = hours) -> None:
            for target in ARMS:
                up = sky.hosts[target.arm]
                for host in [host for host in up if draw.random() < 1 / 240]:  # its work is done
                    up.remove(host)
                while len(up) < 12:
                    sky.host(target.arm, f"{sky.now:%H%M}-{draw.random()}", tasks=draw.choice((0, 1, 2, 3, 4, 5)))
                hours[target.arm] += sum(host.tasks > 0 for host in up)

        sky.pass_minutes(720, live)
        hits = Counter(arm for arm, *_ in sky.sent)
        assert min(hits.values()) >= 15
        one, other = (hits[target.arm] / hours[target.arm] for target in ARMS)
        ratios.append(one / other)
    assert sum(1 / 1.5 <= ratio <= 1.5 for ratio in ratios) / len(ratios) >= 0.95
    assert math.exp(sum(map(math.log, ratios)) / len(ratios)) == pytest.approx(1, abs=0.05)


class TestMoto:
    """The step with the real aws against moto, two Spot arms."""

    pytestmark = pytest.mark.needs("aws")

    @pytest.fixture
    def arms(self, bench: Bench) -> Bench:
        add_spot_arm(bench)
        bench.forge()
        bench.forge("fusion_spot", OTHER)
        bench.launched(RUN, looks=2)
        bench.launched(OTHER_RUN, "fusion_spot", looks=2)
        return bench

    def test_every_busy_spot_host_gets_one_notice_and_nothing_else_does(self, arms: Bench) -> None:
        world = arms.world
        busy = [world.host(WORK, (20, RUN)), world.host(WORK, (1, RUN)), world.host(OTHER_WORK, (3, OTHER_RUN))]
        spared = [
            world.host(WORK),
            world.host(WORK, (20, RUN), spot=False),
            world.host("TowerForge-1aB-head", (20, RUN)),
        ]
        for host in busy + spared:
            world.age(host, 600)
        arms.interrupt(rate="120", seed="7")
        assert sorted(id for each in world.experiments() for id in ids_in(each)) == sorted(busy)
        rows = arms.rows()
        assert {(row.arm, row.instance, row.state) for row in rows} == {
            ("fusion_snapshots", busy[0], "completed"), ("fusion_snapshots", busy[1], "completed"), ("fusion_spot", busy[2], "completed")
        }  # fmt: skip
        assert {(row.rate, row.seed) for row in rows} == {("120", "7")}
        assert world.templates() == []

    def test_a_rehearsal_shows_when_each_is_due_and_writes_nothing(
        self, arms: Bench, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for place, run in ((WORK, RUN), (OTHER_WORK, OTHER_RUN)):
            for _ in range(2):
                arms.world.host(place, (1, run))
        arms.interrupt(rate="0.3", seed="7", rehearse="yes")
        said = capsys.readouterr().out
        for number in (1, 2):
            assert (
                len(re.findall(rf"^  host {number}: due at {life_minutes(7, number, 0.3):.0f} min \(i-", said, re.M))
                == 2
            )
        assert "  host 2: due at 58 min (i-" in said
        assert "AWS charges 0.20 USD for each notice, at most 6.00 USD an arm." in said
        assert arms.rows() == []
        assert not (arms.root / "report/storm.csv").exists()
        assert arms.world.templates() == []

    def test_ctrl_c_names_the_seed_that_was_drawn(self, arms: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Storm, "look", stop)
        with pytest.raises(StoppedError) as stopped:
            arms.interrupt(rate="0.3")
        assert re.fullmatch(r"make interrupt RATE=0\.3 SEED=\d+ CONFIRM=yes", stopped.value.again)

    def test_without_a_run_under_way_there_is_none(self, bench: Bench) -> None:
        bench.forge()
        bench.world.host(WORK, (20, RUN))
        assert bench.refusal(rate="1") == (
            "no run on fusion_snapshots is under way, so there is nothing to interrupt: make launch", 1,
        )  # fmt: skip

    def test_what_aws_refuses_leaves_no_template_and_no_row_that_claims_a_notice(self, arms: Bench) -> None:
        host = arms.world.host(WORK, (20, RUN))
        arms.world.age(host, 600)
        arms.world.refuse("start_experiment", "no more of these today")
        message, code = arms.refusal(rate="120", seed="7")
        assert code in (1, 2)
        assert "no more of these today" in message
        assert {row.counts for row in arms.rows()} == {False}
        assert arms.world.templates() == []


def test_what_goes_with_a_storm_alone_is_refused_without_one(bench: Bench) -> None:
    assert bench.refusal(seed="7", count="2") == ("nothing was done.\n  SEED=7: goes with RATE alone", 2)
    assert bench.refusal(rate="0.3", count="2", times="3") == (
        "nothing was done.\n  COUNT=2: a storm has no rounds; leave it out, or RATE\n"
        "  TIMES=3: a storm has no rounds; leave it out, or RATE", 2,
    )  # fmt: skip


@pytest.mark.parametrize("rate", ["0", "0.0", "121", "120.5", "-1", "x", "1e3"])
def test_a_rate_is_above_0_and_at_most_120(bench: Bench, rate: str) -> None:
    wanted = "must be interruptions an instance-hour, above 0 and at most 120, e.g. RATE=0.3"
    assert bench.refusal(rate=rate) == (f"nothing was done.\n  RATE={rate}: {wanted}", 2)


def test_gov_west_has_a_price_of_its_own() -> None:
    assert (usd_per_action_minute("us-gov-west-1"), usd_per_action_minute("eu-west-1")) == (0.12, 0.10)
