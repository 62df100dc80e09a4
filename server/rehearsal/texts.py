"""What people say in the rehearsal, in Chinese and English.

Owns    questions by subject, and for any talk; what a moderator refuses; messages, notes, names.
Never   holds a real person.
Used by the actors of the rehearsal.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple


class Question(NamedTuple):
    """A question as typed, and its language."""

    body: str
    lang: str


EARLY_ON = (
    "请靠近话筒 Closer to the microphone, please",
    "后排看不清小字，请放大 Please enlarge: the last row cannot read it",
    "直播已接通，可以开始 The stream is on, go ahead",
)
CLOSE_TO_END = (
    "还有几分钟，请收尾 Please wrap up",
    "请留时间给提问 Please leave time for questions",
)
OVERTIME = (
    "时间到了，请结束 Time is up, please finish",
    "下一位讲者已在侧台 The next speaker is waiting in the wings",
)

FLOOR_SAYS = (
    "二号话筒电量低，备用的在侧台 Mic 2 is low, the spare is in the wings",
    "后门已关，请从前门进 The back door is shut, use the front one",
    "第五排有人举手 A hand is up in row 5",
)
MICROPHONE_TO = "话筒请送第 {row} 排 Microphone to row {row}, please"
IN_WRITING = "答复见会后问答页 Answered on the event's page after the talk"

_PAPER = (
    "幻灯片会公开吗？ Will the slides be public?",
    "录像什么时候能看到？ When can we see the recording?",
    "这个方案的成本大概多少？ What does this cost, roughly?",
    "有没有在小会场试过？ Was it tried in a small venue?",
)

TAKEN_ON = (
    "我去换电池 On my way with a fresh battery",
    "我来看 Looking at it",
    "已派人到现场 Somebody is going there",
    "收到 Got it",
)
HELP: Final[Sequence[tuple[str, str]]] = (
    ("venue", "北门排队到楼梯口，请加开一条通道 The queue reaches the stairs, please open another lane"),
    ("technical", "讲者的电脑没有 HDMI 口 The speaker's laptop has no HDMI port"),
    ("venue", "第三排空调滴水 The air conditioning drips on row three"),
    ("medical", "有人头晕，需要一瓶水和医务人员 Somebody feels dizzy: water and a medic, please"),
    ("security", "有人想进后台，没有证件 Somebody without a badge wants to go backstage"),
    ("technical", "舞台显示器太暗 The stage screen is too dark"),
)

WALK_INS: Final[Sequence[str]] = (
    "林晚舟",
    "Priya Raman",
    "胡一鸣",
    "Diego Salas",
    "谢雨桐",
    "Hanna Virtanen",
    "罗子衿",
    "Kofi Mensah",
    "唐小满",
    "Yuki Mori",
    "邓书言",
    "Ana Petrova",
)

NAMES: Final[Sequence[str | None]] = (
    "阿柚",
    "小北",
    "mika",
    "老周",
    "Sven",
    "糖炒栗子",
    "Amélie",
    "李同学",
    "kate_w",
    "远山",
    "Nguyễn An",
    "一只程序猿 🐒",
    "Omar",
    "青柠",
    "ferris fan 🦀",
    "周末写代码",
    "Ioana",
    "半糖去冰",
    None,
    None,
    None,
)

SUBJECTS: Final[Mapping[tuple[str, ...], Sequence[str]]] = {
    ("答疑", "organisers"): (
        "午饭在哪里领？有没有素食？",
        "Will all talks be recorded, also those of the small rooms?",
        "行李可以寄存到几点？",
        "Is there a quiet room for a phone call?",
        "三个会场之间换场来得及吗？",
        "Where do first-time visitors meet tonight?",
        "线上观众能参加抽奖吗？",
    ),
    ("单体", "monolith"): (
        "拆到一半的时候，模块之间的事务边界是怎么划的？",
        "Which module would you never split out, looking back?",
        "团队只有五个人，还值得做模块化单体吗？",
        "How do you stop people from importing across module boundaries?",
    ),
    ("reproducible",): (
        "Timestamps and locale are solved; what still breaks reproducibility for you?",
        "可复现构建对 Python 轮子有没有现成的检查工具？",
        "How do you convince a manager who only sees slower builds?",
    ),
    ("risc-v", "开发板", "rover", "小车"): (
        "新手第一块板子推荐哪一款？预算三百元以内。",
        "Does the vector extension already work with a mainline kernel on that board?",
        "U-Boot 卡在哪一步的时候你们最崩溃？",
        "Can I follow along in QEMU without any hardware?",
    ),
    ("告警", "alert"): (
        "一千条告警里，最后留下来的是哪几条？",
        "Who is allowed to delete an alert in your team?",
        "夜里两点的告警，你们怎么判断要不要叫醒人？",
        "Did you ever miss a real outage because an alert had been silenced?",
    ),
    ("postgres", "分区", "数据库", "灾备", "drill"): (
        "按时间分区以后，跨分区的唯一约束怎么保证？",
        "Which of the three designs would you pick again for 2 TB?",
        "迁移期间是双写还是停机？停了多久？",
        "演练的时候真的拔过网线吗？",
    ),
    ("键盘", "keyboard"): (
        "固件更新变砖了怎么救？",
        "How many microamps does it draw while asleep?",
        "中文输入法切换能不能做成一个独立按键？",
    ),
    ("webassembly",): (
        "账单里冷启动占多少比例？",
        "At what traffic does plain containers become cheaper again?",
        "WASI 的网络接口现在能上生产吗？",
        "What did the observability story cost you, compared to the compute?",
    ),
    ("maintainer", "回馈", "owe", "开源"): (
        "公司一年给项目捐多少才算体面？",
        "Should a maintainer be allowed to say no without giving a reason?",
        "一个人维护了八年，怎么把项目交出去？",
        "Is paying for features the same as paying for maintenance?",
        "要不要让赞助商在路线图上投票？",
    ),
    ("盲", "blind", "无障碍", "accessib"): (
        "屏幕阅读器读进度条的时候，怎样才不烦人？",
        "Are spinners and emoji in command lines a problem for you in practice?",
        "有没有一条规则是今天回去就能改的？",
    ),
    ("rust", "剖析", "profiler"): (
        "剖析器告诉你的最意外的热点是什么？",
        "How much of the win came from the allocator alone?",
        "火焰图里全是解释器的时候该看哪里？",
    ),
    ("分词", "segmentation"): (
        "大模型时代还需要单独做分词吗？",
        "How do you evaluate segmentation when annotators disagree?",
        "网络新词的词典你们多久更新一次？",
    ),
    ("mesh", "typhoon", "radio", "渔船", "fishing"): (
        "断电三天以后，节点靠什么供电？",
        "What range did you really get between two hills in the rain?",
        "频段需要申请牌照吗？",
        "How did people who had never used it learn it that night?",
    ),
    ("许可证", "licen"): (
        "公司内部使用 AGPL 的服务算不算分发？",
        "Can we relicense if two contributors cannot be found any more?",
        "从 Stack Overflow 抄的代码到底是什么许可证？",
    ),
    ("packet", "ebpf", "毫秒", "phone", "手机"): (
        "那 40 毫秒最后是在哪一层找到的？",
        "Does tracing itself change the latency you measure?",
        "没有 root 的手机上能抓到多少？",
        "旧手机电池鼓包怎么办？",
    ),
    ("持续集成", "club", "补丁", "patch", "git"): (
        "第一次提交补丁被拒绝了，你会怎么回复？",
        "What is the smallest patch you are proud of?",
        "维护者两周没有回音，该不该催？",
        "Rebase or merge for a beginner's first pull request?",
        "邮件列表和 Pull Request，你更喜欢哪一种？",
    ),
    ("大模型", "model", "排队论", "queue"): (
        "排队论里到达率是猜的还是测的？",
        "Do you shed load or let the queue grow at peak?",
        "显存不够的时候先砍批大小还是砍上下文？",
    ),
    ("local first", "survives"): (
        "How do you explain a merge conflict to somebody who just wants their notes back?",
        "离线一周以后同步，流量大不大？",
    ),
}
"""Words of a title → questions that fit it."""

ANY_TALK: Final[Sequence[str]] = (
    "幻灯片会后在哪里可以下载？",
    "If you started over tomorrow, what would you leave out?",
    "这个方案在十个人的小团队里跑得起来吗？",
    "What broke first when the users came?",
    "有没有做过失败的尝试，想听听那一段。",
    "How do you test this without a staging environment?",
    "能不能再讲一遍第二张图？线上没看清。",
    "What would you tell a student who wants to help?",
    "生产环境里回滚过几次？",
    "Is there anything here that does not scale down?",
    "成本大概是多少？有没有前后对比？",
    "Which metric convinced your colleagues?",
    "文档和代码，你们先写哪一个？",
    "Could this be done with boring tools instead?",
    "有没有中文资料可以入门？",
    "How long did it take until somebody else could maintain it?",
    "安全方面有没有请人审计过？",
    "What is the question you hope nobody asks?",
    "远程参加的同学怎么做实验？",
    "Where do you keep the list of things you decided not to do?",
    "这个工具支持 ARM 吗？树莓派 5 上试过没有？",
    "Do you have numbers for a slow connection, say 3G?",
    "升级的时候数据格式变了怎么办？",
    "Who reviews the reviewers?",
    "和去年那一场相比，最大的变化是什么？",
    "Is the demo code public, and under which licence?",
    "如果只能留一个监控指标，留哪个？",
    "How do you say no to a feature that a sponsor wants?",
)

TO_SPEAKER: Final[Sequence[str]] = (
    "{name}老师，入行第一年最想知道的是什么？",
    "{name}, what do you read to stay current?",
)

REFUSED: Final[Mapping[str, str]] = {
    "Wi-Fi 密码是多少？？？": "off_topic",
    "first!!!": "off_topic",
    "加微信领内推名额，先到先得": "off_topic",
    "This talk is a waste of time, get off the stage": "rude",
    "啥？": "unclear",
    "能不能讲慢一点": "answered_elsewhere",
}
"""What no moderator lets through, and why."""


def fitting(title: str, speakers: Sequence[str]) -> list[Question]:
    """Return questions for a talk, those about its subject first."""
    name = title.casefold()
    own = [body for words, bodies in SUBJECTS.items() if any(word in name for word in words) for body in bodies]
    addressed = [body.format(name=speaker) for speaker in speakers for body in TO_SPEAKER]
    return [Question(body, language(body)) for body in [*own, *ANY_TALK, *addressed, *REFUSED]]


def reason_against(body: str) -> str | None:
    """Return why a moderator refuses this text, or None."""
    return REFUSED.get(body)


def language(body: str) -> str:
    """Return the language tag of a question."""
    return "zh-Hans" if any("\u4e00" <= char <= "\u9fff" for char in body) or not body.isascii() else "en"


def on_paper(chance: random.Random) -> str:
    """Return what a paper slip says."""
    return chance.choice(_PAPER)
