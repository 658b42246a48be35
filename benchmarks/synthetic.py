"""Invented questions and answers for a large help site, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

_OBJECTS: Final = """
报价单 装箱单 样品 提货单 收货地址 仓库 托盘 条码 标签 说明书 合格证 检测报告
采购单 发票抬头 付款凭证 物料编码 生产计划 工序卡 质检单 退货单 换货申请
供应商档案 客户档案 销售合同 产品目录 价格表 库存盘点 出库单 入库单 调拨单
运输车辆 司机排班 门禁卡 考勤机 会议室 工资条 报销单 差旅申请 培训课程 试用期
打卡记录 加班申请 请假单 办公用品 电话分机 邮件签名 网盘 投影仪 扫描枪 打印任务
备份磁盘 服务器机柜 网络交换机 摄像头 空调滤网 消防器材 电梯检修 停车位 食堂饭卡
宿舍钥匙
"""
OBJECTS: Final = tuple(_OBJECTS.split())
_FAULTS: Final = """
打不开 显示空白 提示错误 保存不了 找不到入口 数量不对 已过期 被锁定 重复了
格式不正确 不能提交 无法打印 无法下载 需要审批 要多久 在哪里查看 怎么修改
怎么删除 怎么新增 谁来负责 信息不匹配 识别有误 没有权限 颜色不对 太慢 闪红灯
读不出来 要不要续期 能不能代办 缺少附件
"""
FAULTS: Final = tuple(_FAULTS.split())
_PLACES: Final = """
总部 华东仓 华南仓 一号车间 二号车间 采购部 销售部 财务部 人事部 品控部 物流部
研发中心 售后站 展厅 门市 海外仓 客服台 实验室 档案室 机房 培训室 大堂 食堂
宿舍 码头 装配线 包装线 喷漆房 锅炉房 配电间
"""
PLACES: Final = tuple(_PLACES.split())
HINTS: Final = (
    "先核对编号和日期，再按页面上的顺序办理。",
    "联系本部门的管理员，由他在后台处理。",
    "退出后重新进入，仍不行就换一台电脑。",
    "在右上角的菜单里选择“我的申请”，点击“修改”。",
    "等待一到三个工作日，结果会发到站内信。",
    "清理缓存以后再试，或者换一个浏览器。",
    "把设备拔下重新插上，指示灯变绿后再操作。",
    "纸质材料交到窗口，电子版上传到对应的栏目。",
)
FEWEST_HINTS, MOST_HINTS = 2, 5


def entries(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` entries with the texts that the search reads; slugs `invented-1` and so on."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        thing, fault = chance.choice(OBJECTS), chance.choice(FAULTS)
        place, code = chance.choice(PLACES), f"{chance.choice('KLMN')}{chance.randrange(10_000)}"
        hints = chance.sample(HINTS, chance.randint(FEWEST_HINTS, MOST_HINTS))
        yield {
            "slug": f"invented-{number}",
            "topic": f"{thing}{fault}",
            "title": f"{place}的{thing}{fault}怎么办？",
            "question": f"演示：{place}{thing}{fault}，编号 {code}，应该如何处理？",
            "answer": f"演示：{place}的{thing}{fault}时，{''.join(hints)}编号 {code} 请一并提供。",
            "short_answer": hints[0],
            "errors": [f"{thing}{fault}，错误 {code}"],
            "aliases": [f"{thing}{other}" for other in chance.sample(FAULTS, 4)],
        }
