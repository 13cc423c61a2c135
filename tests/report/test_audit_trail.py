"""The evidence that the annex shows: what agreement of printed sentences proves nothing."""

from barolib.report.audit_trail import AuditTrail


def test_what_agrees_with_a_row_that_was_repaired_or_moved_is_marked(raw2021, tables2021):
    claims = AuditTrail(raw2021, tables2021).claims
    agreed = [claim for claim in claims if claim["verdict"] == "agrees"]
    circular = [claim["claim_id"] for claim in agreed if claim["circular"]]
    assert len(agreed) == 30
    # Those of rows moved by a label (T07-01, T07-02) and of rows repaired (T07-06, T08-03).
    moved, repaired = ["C07-01", "C07-02", "C07-03"], ["C07-06", "C07-07", "C08-01"]
    assert circular == [*moved, *repaired, "CX2-02", "CX2-11"]
