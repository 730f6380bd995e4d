"""Text with the word frequencies of a language: few words everywhere, most words rarely (Zipf)."""

import random
from collections.abc import Iterator
from itertools import accumulate, islice, product

import numpy as np

from carecenter.demo.names import words

COMMON = words(
    "the to and i you of a in it is for my that have on was not we this with your be are me but they at order if had "
    "can from would please as do will our or so when no an one there been what by has he she just up out them am how "
    "know thank after which day get time any still were could again then now send back new only here two their help "
    "because parcel before delivery should received number since all also did need where today week phone name more "
    "very customer address item account want arrived money other box paid size problem reply mail see yesterday"
)
SYLLABLES = words(
    "ba be bi bo bu ca ce co da de di do fa fe fi fo ga go ha he hi ka ki la le li lo ma me mi mo na ne ni no pa pe pi "
    "po ra re ri ro sa se si so ta te ti to va ve vi wa we za lan ster min tor ver ling mar ton ven per"
)
# So that the 320 words of an average ticket are 180 different ones, as with people who write about one matter.
EXPONENT = 1.15


class Writer:
    """Draws the words of a whole batch at once, from a million words drawn by their weight beforehand."""

    VOCABULARY = 40_000
    POOL = 2**20

    def __init__(self) -> None:
        words, weights = vocabulary(self.VOCABULARY)
        self.words = np.array(sorted(words), dtype=object)
        rank = {word: place for place, word in enumerate(self.words)}
        drawn = random.Random(11).choices(words, cum_weights=weights, k=self.POOL)  # noqa: S311  load
        self.pool = np.array([rank[word] for word in drawn], dtype=np.uint32)

    def texts(self, lengths: list[list[int]], rng: random.Random) -> Iterator[tuple[list[str], list[str]]]:
        """For each ticket the texts of its messages, given their numbers of words, and their words, sorted, once each.

        Texts are in sentences and paragraphs; line breaks as COPY wants them.
        """
        total = sum(map(sum, lengths))
        ranks = self.pool[np.frombuffer(rng.randbytes(4 * total), dtype=np.uint32) & (self.POOL - 1)]
        stream, begin = self.words[ranks].tolist(), 0
        for messages in lengths:
            first, texts = begin, []
            for length in messages:
                drawn = stream[begin : begin + length]
                begin += length
                for end in range(11, length, 12):
                    drawn[end] += ".\\n\\n" if end == 47 else "."
                texts.append(" ".join(drawn))
            yield texts, self.words[np.unique(ranks[first:begin])].tolist()


def vocabulary(size: int) -> tuple[list[str], list[float]]:
    """Words by rank, and their cumulative weights."""
    common = list(dict.fromkeys(COMMON))
    made = ("".join(parts) for count in (2, 3) for parts in product(SYLLABLES, repeat=count))
    known = set(common)
    fresh = [word for word in dict.fromkeys(islice(made, size * 2)) if word not in known]
    random.Random(7).shuffle(fresh)  # noqa: S311  only so that neighbours in rank do not look alike
    ranked = common + fresh[: size - len(common)]
    return ranked, list(accumulate(1 / (rank + 2) ** EXPONENT for rank in range(len(ranked))))
