"""The words, in Chinese and English, by which files name columns, kinds, states and answers.

Owns    the tables of synonyms and how a word is looked up in them.
Never   reads a file.
Used by the readers of tables and schedules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from server.plan import ItemKind

_FILLING = re.compile(r"[\s_\-*:.()\[\]【】/]+")


def key(word: str) -> str:
    """Return the word as it is looked up: without case, width, spaces and punctuation."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", word).casefold())


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {key(word): name for name, line in words.items() for word in (name, *line.split())}


AGENDA_COLUMNS = _table(
    {
        "id": "item_id session_id code 编号 編號 序号 议程编号",
        "room": "location venue hall stage 会场 會場 房间 房間 地点 地點 教室 会议室 會議室 分会场 厅",
        "title": "session topic subject talk item 标题 標題 题目 題目 主题 主題 议题 議題 议程 議程 名称 名稱 内容",
        "date": "日期",
        "start": "start_time starts begin begins from 开始 開始 开始时间 開始時間 起始时间",
        "end": "end_time ends to until finish 结束 結束 结束时间 結束時間",
        "duration": "length minutes min 时长 時長 时间长度 分钟 分鐘 时长分钟",
        "speakers": "speaker presenter presenters persons 讲者 講者 演讲者 演講者 嘉宾 主讲人 主講人 演讲嘉宾 演讲人 "
        "speaker presenter presenters persons 讲者 講者 演讲者 演講者 嘉宾 主讲人 主講人 演讲嘉宾 演讲人",
        "kind": "type session_type 类型 類型 类别 類別 种类",
        "start_kind": "开始方式 開始方式",
        "end_kind": "结束方式 結束方式",
        "min_duration": "minimum_duration 最短时长 最短時長",
        "gap_kind": "间隔类型 間隔類型",
        "min_gap": "最短间隔 最短間隔",
        "optional": "可选 可選 可省略",
        "language": "lang 语言 語言",
        "broadcast": "转播 轉播 同步会场 同步會場",
    }
)

ATTENDEE_COLUMNS = _table(
    {
        "secret": "ticket_secret ticket ticket_code ticket_id ticket_no code barcode qr qr_code qrcode badge "
        "badge_code 票号 票號 票码 票碼 票券号 电子票号 二维码 二維碼 签到码 簽到碼 入场码 参会码 凭证号 "
        "凭证 条码 條碼 券码 编号 編號",
        "name": "attendee_name full_name attendee participant 姓名 名字 参会者 參會者 参会人 与会者 與會者 嘉宾姓名 "
        "称呼",
        "category": "type ticket_type product item group ticket_name role 类别 類別 票种 票種 票类 类型 類型 身份 分组 "
        "组别 人员类别",
        "organisation": "organization company affiliation org employer institution 单位 單位 公司 机构 機構 组织 組織 "
        "学校 學校 工作单位 所属单位",
        "phone": "mobile tel telephone phone_number mobile_phone cell 电话 電話 手机 手機 手机号 手機號 手机号码 "
        "手機號碼 联系电话 联系方式",
        "email": "mail e-mail email_address attendee_email 邮箱 郵箱 电子邮箱 电子邮件 電子郵件 邮件 信箱",
        "vip": "is_vip 贵宾 貴賓 是否vip 重要嘉宾 是否贵宾",
        "seat": "seat_name seat_number table 座位 座位号 座號 座位號 桌号 席位",
        "status": "order_status payment_status state paid 状态 狀態 支付状态 订单状态 付款状态 付款狀態 审核状态",
    }
)

KINDS = _table(
    {
        "talk": "lecture keynote panel workshop presentation session lightning tutorial demo qa q&a discussion "
        "lightning_talk meetup bof podium performance forum speech event other 演讲 演講 讲座 講座 主题演讲 "
        "主題演講 论坛 論壇 圆桌 圓桌 工作坊 分享 议程 議程 短讲 闪电演讲",
        "break": "pause lunch coffee coffee_break tea tea_break lunch_break dinner breakfast dessert snack snacks "
        "recess 休息 午餐 晚餐 早餐 茶歇 點心 点心 午休 用餐 中场休息 中場休息",
        "ceremony": "opening closing registration welcome award awards opening_ceremony closing_ceremony doors "
        "admission check_in checkin group_photo 开幕 開幕 闭幕 閉幕 开幕式 開幕式 闭幕式 閉幕式 颁奖 頒獎 "
        "签到 簽到 报到 報到 入场 入場 入場時間 入场时间 合影 仪式 儀式 致辞 致詞",
        "filler": "film video warm_up warmup music 暖场 暖場 暖场片 短片 影片 视频",
    }
)

START_KINDS = _table({"soft": "软 软性 顺延", "hard": "硬 硬性 固定 准时"})
END_KINDS = _table({"duration": "时长", "fixed": "固定 定时"})
GAP_KINDS = _table({"buffer": "缓冲", "turnover": "setup set_up 换场", "break": "休息"})

STATUSES = _table(
    {
        "paid": "p ok confirmed complete completed approved active free yes true 1 已支付 已付款 已付 已确认 已確認 "
        "成功 有效 正常 已审核 免费 是",
        "pending": "n unpaid open waiting no false 0 未支付 未付款 待支付 待付款 待审核 待確認 待确认 未付 否",
        "canceled": "c cancelled e expired r refunded void rejected revoked 已取消 取消 已退款 退款 已退票 退票 过期 "
        "已过期 作废",
        "blocked": "b banned locked blacklisted 冻结 已冻结 禁止 黑名单 锁定",
    }
)

ANSWERS = _table(
    {"yes": "y true 1 x vip ok 是 对 有 贵宾 貴賓 √ ✓ ✔", "no": "n false 0 none normal - 否 不 不是 无 普通 ×"}
) | {"": "no"}


def kind_of(*, named: str = "", title: str = "", speakers: bool = False) -> ItemKind:
    """Return the kind of an item of a source that has types of its own.

    The source's name of the type decides when it names a break, a ceremony or a filler; else, of an item without
    speakers, its title; else it is a talk.
    """
    for word in (named, "" if speakers else title):
        match KINDS.get(key(word)):
            case "break":
                return "break"
            case "ceremony":
                return "ceremony"
            case "filler":
                return "filler"
    return "talk"
