-- A living member is 法定代表人 or 股东 of an 企业 in status 存续.
{{ finding_of_things(
    'business_interest', 'business', 'company', 'company', '的成员担任法定代表人或股东的存续企业有', '家',
    '请核实是否为挂名、村集体代持或已停业未注销，并核对经营和分红收入。'
) }}
