"""Values that a label file may hold, for the property tests, and what it means that two are the same."""

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
DTYPES = ["?", "i1", "i4", "u2", "u8", "f2", "f4", "f8", "c8", "c16", "U5", "S3"]
SCALAR_DTYPES = st.sampled_from(DTYPES)
NUMPY_SCALARS = SCALAR_DTYPES.flatmap(lambda dtype: nps.arrays(dtype, ())).map(lambda array: array[()])
SHAPES = nps.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
NUMPY_ARRAYS = st.tuples(
    SCALAR_DTYPES.flatmap(lambda dtype: nps.arrays(dtype, SHAPES)),
    st.sampled_from("CF"),
).map(lambda pair: np.array(pair[0], order=pair[1]))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.binary(max_size=8)
VALUES = st.recursive(
    PLAIN | NUMPY_SCALARS | NUMPY_ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.dictionaries(TEXTS, VALUES, max_size=6)


def assert_same(one: Any, other: Any) -> None:
    """Same type, same key order, same dtype and shape, same bits."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        if one.dtype.hasobject:
            assert_same(one.ravel().tolist(), other.ravel().tolist())
        else:
            assert one.tobytes() == other.tobytes()
            assert one.flags.f_contiguous == other.flags.f_contiguous
    elif isinstance(one, np.generic):
        assert one.dtype == other.dtype
        assert one.dtype.itemsize == 0 or one.tobytes() == other.tobytes()
    elif isinstance(one, float):
        assert np.float64(one).tobytes() == np.float64(other).tobytes()
        assert math.copysign(1, one) == math.copysign(1, other)
    else:
        assert one == other
