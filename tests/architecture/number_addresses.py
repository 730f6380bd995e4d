"""The addresses below /insights/."""

from accounts import permissions as may
from tests.architecture.addressing import Address, of

NUMBERS = {
    "insights:dashboard": Address(may.INSIGHTS_VIEW, query=lambda _world: {"span": "365"}),
    "insights:beside": Address(may.INSIGHTS_VIEW, query=lambda _world: {"span": "365"}),
    "insights:tags": Address(may.INSIGHTS_VIEW),
    "insights:me": Address(may.TICKET_REPLY, own=True),
    "insights:my_cases": Address(may.TICKET_REPLY, query=lambda _world: {"metric": "solved"}, own=True),
    "insights:numbers_xlsx": Address(may.INSIGHTS_VIEW),
    "insights:numbers_pdf": Address(may.INSIGHTS_VIEW),
    "insights:cases_csv": Address(may.INSIGHTS_VIEW, query=lambda _world: {"metric": "created"}),
    "insights:cases_xlsx": Address(may.INSIGHTS_VIEW, query=lambda _world: {"metric": "created"}),
    "insights:boards": Address(may.INSIGHTS_VIEW),
    "insights:board_new": Address(may.INSIGHTS_VIEW, body={"name": "Mine"}),
    "insights:board": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_change": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_pdf": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_mail": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:tile_add": Address(may.INSIGHTS_VIEW, of("board"), own=True, body={"what": "metric:solved"}),
    "insights:tile_remove": Address(may.INSIGHTS_VIEW, of("board", tile="one"), own=True),
    "insights:tile_move": Address(may.INSIGHTS_VIEW, of("board", tile="one"), own=True),
    "insights:board_delete": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_restore": Address(may.INSIGHTS_VIEW, of("gone_board"), own=True),
    "insights:hours_effect": Address(may.INBOX_MANAGE, of("hours")),
    "insights:now": Address(may.INSIGHTS_VIEW),
    "insights:now_numbers": Address(may.INSIGHTS_VIEW),
    "insights:wall": Address(may.INSIGHTS_VIEW),
    "insights:wall_numbers": Address(may.INSIGHTS_VIEW),
    "insights:link_new": Address(may.INSIGHTS_VIEW, body={"name": "Hall"}),
    "insights:wall_limits": Address(may.INSIGHTS_VIEW),
    "insights:link_revoke": Address(may.INSIGHTS_VIEW, of("wall_link"), own=True),
    "insights:cases": Address(may.INSIGHTS_VIEW, query=lambda _world: {"metric": "created"}),
    "insights:definitions": Address(may.INSIGHTS_VIEW),
    "insights:numbers_csv": Address(may.INSIGHTS_VIEW, query=lambda _world: {"what": "hours"}),
}
