"""Words as they are searched: without accents and case, cut to their French stem.

Done here and not by PostgreSQL's own configuration, so that SQLite finds the same. Accents go first, on both
sides: who types "securite" finds « sécurité ».
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

# A letter or digit, then what holds a name together: C++, C#, node.js; an apostrophe parts words.
_WORD = re.compile(r"\w[\w+#]*(?:\.\w+)*")
_STEMMER = snowballstemmer.stemmer("french")
# Words that stand in every French or English text find nothing.
_STOP_WORDS = (
    "a au aux avec ce ces cet cette c d dans de des du elle en est et eux il ils j je l la le les leur leurs"
    " lui m ma mais me mes moi mon n ne nos notre nous on ou par pas pour qu que qui s sa se ses si son sont"
    " sur t ta te tes toi ton tu un une vos votre vous y the of and to in is it that for on with as at by an"
    " be or"
)
_STOP = frozenset(_STOP_WORDS.split())
_LONGEST = 60


def words(text: str) -> Iterator[re.Match[str]]:
    """Give the words of a text, with their places."""
    return _WORD.finditer(text)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Give the stem of a word; empty for one that finds nothing."""
    decomposed = unicodedata.normalize("NFKD", word[:_LONGEST].casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    if plain in _STOP:
        return ""
    return _STEMMER.stemWord(plain) if plain.isalpha() else plain


def stems(text: str) -> list[str]:
    """Give the stems of a text, in order."""
    return [found for word in words(text) if (found := stem(word[0]))]
