"""What Spot saves by AWS's prices of today, where somebody is signed in to it."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from statistics import fmean

from ..aws import Aws
from ..errors import UserError
from ..runs.tasks import Task
from .prices import Saving, Share

_SECONDS = 15.0  # for one call: a prediction does not wait for AWS
_MOST_TYPES = 3  # that are asked for, those with the most hours
_PRICES_AT = "us-east-1"  # one of the few regions that answer for the prices of all
_PLAIN_LINUX = {"operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used"}


def saving_of_aws(tasks: Sequence[Task], share: Share, env: Mapping[str, str], root: Path) -> Saving | None:
    """Return what Spot saves by AWS's prices of today, for the types that cost most; None where AWS does not tell.

    Asks only where aws is there and somebody is signed in, as far as can be seen without asking.
    """
    zones = Counter(task.zone for task in tasks if task.zone)
    if not zones or not shutil.which("aws", path=env.get("PATH")) or not _is_signed_in(env):
        return None
    region = zones.most_common(1)[0][0][:-1]
    usual: Counter[str] = Counter()
    for task in tasks:
        usual[share(task)[0].name] += round((task.seconds or 0) * share(task)[1])
    names = [name for name, _ in usual.most_common(_MOST_TYPES)]
    spot, listed = (Aws({**env, "AWS_REGION": place}, root, _SECONDS) for place in (region, _PRICES_AT))
    try:
        now = _spot_prices(spot, names)
        before = {name: _list_price(listed, name, region) for name in names if name in now}
    except (UserError, ValueError, KeyError, TypeError, AttributeError):  # refused, or not as AWS answers
        return None
    known = {name: price for name, price in before.items() if price}
    if not known:
        return None
    paid = sum(usual[name] * now[name] for name in known)
    return Saving(1 - paid / sum(usual[name] * known[name] for name in known), f"AWS's prices of today in {region}")


def _is_signed_in(env: Mapping[str, str]) -> bool:
    named = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    return any(env.get(name) for name in named) or (Path(env.get("HOME", "/")) / ".aws").is_dir()


def _spot_prices(aws: Aws, names: Sequence[str]) -> dict[str, float]:
    """Return today's mean Spot price of types over the zones of a region."""
    moment = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = ("--product-descriptions", "Linux/UNIX", "--start-time", moment)
    found: defaultdict[str, list[float]] = defaultdict(list)
    reply = aws.ask("ec2", "describe-spot-price-history", "--instance-types", *names, *words)
    for item in reply.items("SpotPriceHistory"):
        found[item.text("InstanceType")].append(float(item.text("SpotPrice")))
    return {name: fmean(prices) for name, prices in found.items()}


def _list_price(aws: Aws, name: str, region: str) -> float:
    """Return what an hour of a type costs on demand; 0 where AWS lists none."""
    wanted = {"instanceType": name, "regionCode": region, **_PLAIN_LINUX}
    filters = [f"Type=TERM_MATCH,Field={field},Value={value}" for field, value in wanted.items()]
    reply = aws.ask("pricing", "get-products", "--service-code", "AmazonEC2", "--filters", *filters)
    terms = [term for text in reply.texts("PriceList") for term in json.loads(text)["terms"]["OnDemand"].values()]
    prices = (each["pricePerUnit"]["USD"] for term in terms for each in term["priceDimensions"].values())
    return max(map(float, prices), default=0.0)
