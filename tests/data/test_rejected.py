"""When so many artworks are left out that a run stops, and what it says."""

import pandas as pd
import pytest
from hand_made import many, pack, select, write_pictures

from stylewalk.data.rejected import check_left_out
from stylewalk.errors import StylewalkError


def test_more_rejected_pictures_than_allowed_stop_the_run(tmp_path):
    write_pictures(tmp_path, [f"A{number}.png" for number in range(20)])
    (tmp_path / "A4.png").write_bytes(b"")
    selected, _ = select(many("A", 21), ["A"])
    pack(selected, tmp_path, share=2 / 21)
    with pytest.raises(StylewalkError) as error:
        pack(selected, tmp_path, share=0.09)
    message = str(error.value)
    assert "2 of 21 pictures (9.5%)" in message
    assert "max_rejected_share allows 9.0%" in message
    assert "1 missing" in message
    assert "1 unreadable" in message
    assert "A4.png" in message
    assert "A20.png" in message


def test_a_class_left_with_one_picture_stops_the_run(tmp_path):
    write_pictures(tmp_path, [f"A{number}.png" for number in range(50)] + ["B0.png"])
    selected, _ = select(many("A", 50) + many("B", 2), ["A", "B"])
    with pytest.raises(StylewalkError, match="Class 'B' keeps 1") as error:
        pack(selected, tmp_path, share=0.5)
    assert "max_rejected_share allows" not in str(error.value)


def left_out(count, kind="path", reason="an absolute path"):
    names = [f"/{number}.png" for number in range(count)]
    frame = pd.DataFrame({"row": range(count), "class": "A", "filename": names})
    return frame.assign(kind=kind, reason=reason)


def test_rows_left_out_by_their_metadata_count_as_pictures_do(tmp_path):
    write_pictures(tmp_path, [f"A{number}.png" for number in range(12)])
    (tmp_path / "A4.png").write_bytes(b"")
    selected, _ = select(many("A", 12), ["A"])
    pack(selected, tmp_path, share=3 / 14, left_out=left_out(2))
    pack(selected, tmp_path, share=3 / 14, left_out=left_out(2), rows=14)
    with pytest.raises(StylewalkError) as error:
        pack(selected, tmp_path, share=0.21, left_out=left_out(2))
    message = str(error.value)
    assert "3 of 14 pictures (21.4%)" in message
    assert "2 path" in message
    assert "/1.png: an absolute path" in message
    assert "1 unreadable" in message


def test_faults_of_drawn_pictures_stand_for_those_of_all_rows(tmp_path):
    """A tenth of the rows have no usable name, and half of the drawn pictures none to decode."""
    write_pictures(tmp_path, [f"A{number}.png" for number in range(5)])
    selected, _ = select(many("A", 10), ["A"])
    pack(selected, tmp_path, share=0.55, left_out=left_out(10), rows=100)
    with pytest.raises(StylewalkError) as error:
        pack(selected, tmp_path, share=0.54, left_out=left_out(10), rows=100)
    words = "10 of 100 rows, and 5 of 10 drawn pictures (55.0% in all)"
    assert words in str(error.value)
    with pytest.raises(StylewalkError, match=r"^5 of 10 drawn pictures \(50.0% in all\)"):
        pack(selected, tmp_path, share=0.4, rows=100)


@pytest.mark.parametrize("count", range(1, 40))
def test_a_share_of_just_so_many_is_allowed(count):
    check_left_out(left_out(count), 40, "m.csv", count / 40)
    with pytest.raises(StylewalkError, match=rf"^{count} of 40 pictures"):
        check_left_out(left_out(count), 40, "m.csv", (count - 0.5) / 40)
