-- A living member owns a vehicle in status 正常 of a type that is not exempt.
{{ finding_of_things(
    'vehicle_owned', 'vehicle', 'vehicle', 'vehicle', '的成员名下有状态正常、不在豁免范围的机动车', '辆',
    '请核实车辆是否在用、是否已卖未过户或为残疾人代步、生产所需，再作结论。'
) }}
